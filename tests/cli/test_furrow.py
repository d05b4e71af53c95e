"""A furrow before and after, compressed by the muscle."""

import json

import pytest

import percuta as package

CASE = """skin = "cheek"
device = "mf8-1.5mm"
[protocol]
passes_per_direction = 4
[channels]
sample_side = "6 mm"
[healing]
days = "60 days"
report_days = ["5 days", "60 days"]
cells = 40
members = 32
"""


def test_heal_prints_and_keeps_how_deep_it_is(percuta, case, tmp_path):
    path = case(CASE)
    run = percuta("heal", path, "--set", "healing.furrow=true", "-o", tmp_path / "out")
    assert run.code == 0, run.err
    said = " ".join((run.out + run.err).split())
    assert "furrow" in said and "untreated" in said and "day 60" in said and "A furrow of 100 µm that" in said
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    furrow = summary["healing"]["furrow"]
    assert furrow["days"] == [5, 60]
    untreated, at_rest = (furrow[name]["value"] for name in ("compressed_untreated", "at_rest_untreated"))
    assert at_rest < 100e-6 < untreated < 300e-6  # tension draws it flat, the muscle folds it
    compressed, change, low, high = (furrow[name]["value"] for name in ("compressed", "compressed_change", "compressed_change_low", "compressed_change_high"))
    assert [v / untreated - 1 for v in compressed] == pytest.approx(change, rel=1e-6, abs=1e-9)
    assert low[1] <= change[1] <= high[1] and low[1] < high[1]
    assert all(summary["cost"][f"furrow_{what}"] > 0 for what in ("unknowns", "steps", "iterations"))
    page = (tmp_path / "out" / "report.html").read_text()
    assert "A furrow under the muscle" in page and "Depth of the furrow by day" in page
    again = percuta("rerun", tmp_path / "out" / "results.h5", "--json", "--quiet")
    assert json.loads(again.out)["healing"]["furrow"] == furrow


def test_python_has_it():
    healing = dict(furrow=True, members=0, days="30 days", report_days=["5 days", "28 days"])
    case = package.Case(skin="cheek", device="mf8-1.5mm", healing=healing, channels=dict(sample_side="6 mm"))
    furrow = package.run(case, progress=False).summary["healing"]["furrow"]
    assert furrow["compressed_untreated"]["value"] > furrow["at_rest_untreated"]["value"]
    assert len(furrow["compressed_change"]["value"]) == len(furrow["days"])
    assert "compressed_change_low" not in furrow


def test_without_it_nothing_is_solved_and_its_keys_are_said_to_be_idle(percuta, case):
    r = json.loads(percuta("run", case(CASE), "--set", "healing.wrinkle.depth=50 um", "--json", "--quiet").out)
    assert "furrow" not in r["healing"] and "furrow_unknowns" not in r["cost"]
    assert any("healing.wrinkle.depth has no effect here: healing.furrow is false" in w for w in r["warnings"])


@pytest.mark.parametrize(
    "key, value, words",
    [("compression", "0.5", "allowed 0.001 to 0.35"), ("width", "4 mm", "wider than furrows lie apart"), ("depth", "0.6 mm", "more than the furrow is wide")],
)
def test_a_furrow_that_cannot_be_is_refused(percuta, case, key, value, words):
    run = percuta("check", case(CASE), "--set", "healing.furrow=true", "--set", f"healing.wrinkle.{key}={value}")
    assert run.code == 3 and f"healing.wrinkle.{key}" in run.err and words in run.err


def test_a_furrow_that_creases_and_skin_that_folds_are_refused(percuta, case):
    for key, words in (("compression=0.3", "the furrow creases"), ("spacing=16 mm", "folds as a whole")):
        run = percuta("heal", case(CASE), "--set", "healing.furrow=true", "--set", f"healing.wrinkle.{key}", "--set", "healing.members=0")
        assert run.code == 4 and words in run.err and "may pass" in run.err


def test_check_counts_it(percuta, case):
    without, with_it = (json.loads(percuta("check", case(CASE), "--set", f"healing.furrow={on}", "--json").out) for on in ("false", "true"))
    assert with_it["seconds"] > without["seconds"] + 0.5
    assert any("a furrow of 100 um in skin compressed by 10 %" in line for line in with_it["does"])
