"""A suction test reads the skin before and after."""

import json

import pytest

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


def test_heal_prints_and_keeps_what_the_probe_reads(percuta, case, tmp_path):
    path = case(CASE)
    run = percuta("heal", path, "--set", "healing.suction=true", "-o", tmp_path / "out")
    assert run.code == 0, run.err
    said = run.out + run.err
    assert "suction test" in said and "untreated" in said and "day 60" in said and "R2" in said
    suction = json.loads((tmp_path / "out" / "summary.json").read_text())["healing"]["suction"]
    assert suction["days"] == [5, 60]
    untreated = suction["r0_untreated"]["value"]
    assert 2e-5 < untreated < 1e-3  # m, through 2 mm
    r0, change, low, high = (suction[name]["value"] for name in ("r0", "r0_change", "r0_change_low", "r0_change_high"))
    assert [v / untreated - 1 for v in r0] == pytest.approx(change, rel=1e-6)
    assert low[1] <= change[1] <= high[1]
    assert change[1] < 0  # firmer, as the course says
    assert 0.0 < suction["r2_untreated"]["value"] < 1.0
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Suction test" in page and "Quasi-elastic" in page
    again = percuta("rerun", tmp_path / "out" / "results.h5", "--json", "--quiet")
    assert json.loads(again.out)["healing"]["suction"] == suction


def test_without_it_nothing_is_solved_and_keys_of_the_probe_are_said_to_be_idle(percuta, case):
    run = percuta("run", case(CASE), "--set", "healing.probe.opening=6 mm", "--json", "--quiet")
    r = json.loads(run.out)
    assert "suction" not in r["healing"] and "suction_unknowns" not in r["cost"]
    assert any("healing.probe.opening has no effect here: healing.suction is false" in w for w in r["warnings"])


def test_a_probe_that_cannot_be_is_refused(percuta, case):
    run = percuta("heal", case(CASE), "--set", "healing.suction=true", "--set", "healing.probe.pressure=2000 mbar")
    assert run.code == 3 and "healing.probe.pressure" in run.err and "1000 mbar" in run.err


def test_check_counts_it(percuta, case):
    without, with_it = (json.loads(percuta("check", case(CASE), "--set", f"healing.suction={on}", "--json").out) for on in ("false", "true"))
    assert with_it["seconds"] > without["seconds"] + 1
    assert any("suction test of 450 mbar through 2 mm" in line for line in with_it["does"])
