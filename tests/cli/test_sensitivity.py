"""percuta sensitivity: which constants of healing decide an outcome."""

import csv
import json

import pytest
from conftest import SMALL

FEW = ("--members", "192")


def test_a_table_and_files_of_two_days(percuta, case, tmp_path):
    done = percuta("sensitivity", case(SMALL), "--of", "healing.collagen_change", "--day", "5,28", *FEW, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    assert "healing.collagen_change, day 5" in done.out and "healing.collagen_change, day 28" in done.out
    assert "damage length" in done.out and "other constants take less than 0.005 each" in done.out and "192 sets of constants" in done.err
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["sensitivity.csv", "sensitivity.json"]
    result = json.loads((tmp_path / "out/sensitivity.json").read_text())
    assert [one["day"] for one in result["outcomes"]] == [5, 28] and result["percuta"]["type"] == "percuta sensitivity"
    with open(tmp_path / "out/sensitivity.csv") as file:
        rows = list(csv.DictReader(file))
    for one in result["outcomes"]:
        totals = [row["total"]["value"] for row in one["constants"]]
        assert len(totals) == 22 and totals == sorted(totals, reverse=True)
        assert one["members"] == 192 and one["base_points"] + one["base_points_left_out"] == 8
        # What heals the surface has no part in collagen.
        assert all(row["total"]["value"] == 0 for row in one["constants"] if row["constant"] in ("barrier_open", "flare_time", "migration_speed"))
        assert all(row["total"]["low"] <= row["total"]["value"] <= row["total"]["high"] for row in one["constants"] if row["total"]["value"] > 0.1)
        assert [row["constant"] for row in rows if float(row["day"]) == one["day"]] == [row["constant"] for row in one["constants"]]


def test_a_closure_has_no_day(percuta, case):
    asked = ("sensitivity", case(SMALL), "--of", "healing.closure_epithelium")
    done = percuta(*asked, *FEW, "--json")
    assert done.code == 0, done.err
    one = json.loads(done.out)["outcomes"][0]
    assert one["day"] is None and one["unit"] == "s"
    assert {row["constant"] for row in one["constants"] if row["total"]["value"] > 0} == {"migration_speed", "migration_lag"}
    assert percuta(*asked, "--day", "3").code == 3


@pytest.mark.parametrize("arguments, said", [
    (("--of", "healing.colagen_change", "--day", "5"), "did you mean healing.collagen_change?"),
    (("--of", "healing.collagen_change"), "needs a day"),
    (("--of", "healing.collagen_change", "--day", "90"), "up to 30, where healing.days ends"),
    (("--of", "healing.collagen_change", "--day", "5", "--members", "20"), "at least 192"),
    (("--of", "healing.closure_epithelium", "--members", "192", "--set", "healing.parameters.migration_speed=0.2 mm/day", "--set",
      "healing.parameters.migration_lag=0.6 days"), "no constant that has a prior changes healing.closure_epithelium"),
    (("--of", "nothing", "--day", "5"), "one of healing."),
])
def test_mistakes_end_with_3(percuta, case, arguments, said):
    done = percuta("sensitivity", case(SMALL), *arguments)
    assert done.code == 3 and said in done.err and done.err.partition("percuta: ")[2].count("\n") == 2, done.err


def test_a_case_that_leaves_no_wound_says_so(percuta, case):
    done = percuta("sensitivity", case(SMALL), "--of", "healing.collagen_change", "--day", "5", *FEW, "--set", "protocol.load=0.01 N")
    assert done.code == 3 and "do not pierce" in done.err, done.err
