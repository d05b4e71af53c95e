"""percuta.sensitivity: which constants of healing decide an outcome."""

import pickle

import pytest

import percuta as pc

CASE = pc.Case(skin="cheek", device="mf8-1.0mm", protocol=dict(passes_per_direction=1), channels=dict(sample_side="10 mm"),
               healing=dict(days="30 days", depth_classes=1))


@pytest.fixture(scope="module")
def decided():
    return pc.sensitivity(CASE, "healing.collagen_change", day=28, members=192, progress=False)


def test_indices_come_sorted_with_intervals_and_priors(decided):
    assert decided.of == "healing.collagen_change" and decided.day == 28 and decided.members == 192
    assert decided.refused == decided.not_reached == decided.base_points_left_out == 0 and decided.base_points == 8
    totals = [share.value for share in decided.total.values()]
    assert totals == sorted(totals, reverse=True) and list(decided.total) == list(decided.first) and len(totals) == 22
    low, high = decided.priors["damage_length"]
    assert low.to("um") == pytest.approx(10) and high.to("um") == pytest.approx(100)
    assert decided.mean.unit == "1" and decided.deviation > 0 and decided.mean.spread == decided.deviation
    assert "most by" in repr(decided) and "alone" in decided._repr_html_()
    again = pickle.loads(pickle.dumps(decided))
    assert again.total == decided.total and again.words == decided.words


def test_the_table_and_the_picture_have_every_constant_once(decided):
    pytest.importorskip("pandas")
    table = decided.to_pandas()
    assert list(table.index) == list(decided.total)
    assert list(table.columns) == ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    ax = decided.plot(least=0.05)
    shown = [name for name, share in decided.total.items() if share.value >= 0.05]
    assert [label.get_text() for label in ax.get_yticklabels()] == [name.replace("_", " ") for name in reversed(shown)]
    assert f"{22 - len(shown)} constants" in ax.get_title()
    with pytest.raises(ValueError, match="no constant"):
        decided.plot(least=9.0)


def test_several_days_cost_one_ensemble_and_give_the_same(decided):
    few, same = pc.sensitivity(CASE, "healing.collagen_change", day=["5 days", pc.Quantity(28 * 86400.0, "s")], members=192)
    assert (few.day, same.day) == (5, 28) and same.total == decided.total
    assert pc.sensitivity(CASE, "healing.closure_epithelium", members=192).day is None


@pytest.mark.parametrize("of, day, said", [("healing.collagen_chang", 5, "did you mean healing.collagen_change"), ("healing.collagen_change", None, "needs a day"),
                                           ("healing.collagen_change", 31, "healing.days ends"), ("healing.closure_barrier", 3, "leave the day out")])
def test_mistakes_are_input_errors(of, day, said):
    with pytest.raises(pc.InputError, match=said):
        pc.sensitivity(CASE, of, day, members=192)


def test_days_are_numbers_with_a_unit_of_time():
    for wrong in ("soon", "3 mm", float("nan")):
        with pytest.raises(ValueError):
            pc.sensitivity(CASE, "healing.collagen_change", wrong)
