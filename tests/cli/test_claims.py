"""Common statements, answered from a run and from the literature."""

import json

from conftest import SMALL


def answers(percuta, case, *more):
    run = percuta("claims", case(SMALL), "--json", "-q", *more)
    assert run.code == 0, run.err
    return {a["name"]: a for a in json.loads(run.out)}


def test_claims_are_answered_from_the_run_and_from_the_evidence(percuta, case):
    found = answers(percuta, case)
    listed = json.loads(percuta("list", "claims", "--json").out)
    assert list(found) == [c["name"] for c in listed] and len(found) == 13
    assert {a["answer"] for a in found.values()} <= {"supported", "depends on the measure", "not supported", "the model does not cover this"}
    assert found["firmer-in-five-days"]["answer"] == "not supported" and "On day 5" in found["firmer-in-five-days"]["in_this_run"]
    assert found["outer-layer-undamaged"]["answer"] == "not supported"
    assert found["smaller-pores"] | {"answer": "the model does not cover this", "evidence_answer": "no data"} == found["smaller-pores"]
    for claim in found.values():
        assert claim["evidence"] and "{" not in claim["in_this_run"]


def test_answers_follow_the_run(percuta, case):
    unpierced = answers(percuta, case, "--set", "protocol.load=0.05 N")
    assert unpierced["outer-layer-undamaged"]["answer"] == "supported"
    assert unpierced["heals-in-minutes"]["answer"] == "the model does not cover this"
    short = answers(percuta, case, "--set", "healing.days=4 days")
    assert "on day 5" in short["firmer-in-five-days"]["in_this_run"]
    with_c = answers(percuta, case, "--set", "protocol.vitamin_c=30 days")
    assert "by 1.17 in this run" in with_c["vitamin-c-before"]["in_this_run"]


def test_text_is_for_people(percuta, case):
    run = percuta("claims", case(SMALL))
    assert run.code == 0 and run.out.startswith("Within five days the skin is firmer")
    assert "in this run: not supported" in run.out and "[singh2016, statpearlsneedling, ablon2018]" in run.out
    assert "recommends no treatment" in run.out


def test_the_report_of_a_run_has_them(percuta, case, tmp_path):
    assert percuta("run", case(SMALL), "-o", tmp_path / "out").code == 0
    page = (tmp_path / "out/report.html").read_text()
    assert "Common statements" in page and page.count('class="claim"') == 13 and "No rule speaks" not in page
