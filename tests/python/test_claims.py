import pickle

import pytest

import percuta

CASE = percuta.Case(skin="cheek", device="mf8-1.0mm", protocol=dict(passes_per_direction=1), channels=dict(sample_side="8 mm"),
                    healing=dict(days="30 days", cells=40))


@pytest.fixture(scope="module")
def result():
    return percuta.run(CASE)


def test_claims_are_answered_from_a_result(result):
    claims = percuta.claims(result)
    assert len(claims) == 13 and claims[0].name == "firmer-in-five-days"
    one = claims["firmer-in-five-days"]
    assert one.answer == "not supported" and "day 5" in one.in_this_run and "singh2016" in one.sources
    assert one.statement in str(claims)
    assert "&lt;" not in claims._repr_html_() and one.statement in claims._repr_html_()
    assert pickle.loads(pickle.dumps(claims)) == claims
    with pytest.raises(KeyError, match="no claim 'x'"):
        claims["x"]
    table = claims.to_pandas()
    assert table.loc["smaller-pores", "answer"] == "the model does not cover this"


def test_claims_ask_for_the_result_of_a_run(result):
    with pytest.raises(percuta.Error, match="run the case again"):
        percuta.claims(pickle.loads(pickle.dumps(result)))
    with pytest.raises(TypeError, match="percuta.Result"):
        percuta.claims("firmer")


def test_a_person_is_part_of_a_case():
    case = CASE.with_(person=dict(age="34 years", fitzpatrick="IV", conditions=["filler 2 weeks ago"]))
    assert case.person.age.to("years") == pytest.approx(34) and case.person.conditions == ["filler 2 weeks ago"]
    r = percuta.roll(case)
    assert r.safety.care == 2 and "dark_skin" in r.safety.rules and any("person.fitzpatrick = IV" in w for w in r.warnings)
    blocked = CASE.with_(protocol=dict(shared=True))
    with pytest.raises(percuta.InputError, match="advised against") as caught:
        percuta.run(blocked)
    assert caught.value.key == "protocol.shared"
    assert percuta.run(blocked, {"protocol.override": ["shared_device"]}).safety.advised_against == 1


def test_a_plan_is_given_as_a_list():
    case = CASE.with_(protocol=dict(plan=["0 days", "14 days"]))
    assert list(percuta.roll(case).protocol.session_time) == [0.0, 14 * 86400.0]
