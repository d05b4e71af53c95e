"""percuta measure: a curve of one's own beside the model."""

import json

import h5py
import pytest
from conftest import CASES

CASE = CASES / "cheek-medical-roller.toml"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "mine.csv"
        path.write_text(text)
        return path

    return write


def test_the_model_against_itself_is_not_off(percuta, table, tmp_path):
    assert percuta("roll", CASE, "-o", tmp_path / "rolled").code == 0
    with h5py.File(tmp_path / "rolled/results.h5") as file:
        at, force = file["insertion/displacement"][::7], file["insertion/force"][::7]
    rows = "".join(f"{1e3 * float(d)!r}, {2e3 * float(f)!r}\n" for d, f in zip(at, force))
    done = percuta("measure", CASE, table("displacement [mm], force [mN]\n" + rows), "-o", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    # Twice the model's force: half of the measured is missing.
    assert result["points_inside"] == len(at) and result["relative"] == pytest.approx(0.5, abs=1e-3)
    assert result["a_quarter_more"] == sorted(result["a_quarter_more"], key=lambda row: row["relative"])
    assert any(row["key"] == "skin.gate_toughness" for row in result["a_quarter_more"])
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["measure.json", "report.html"]


def test_measure_json_has_the_warnings_of_the_result(percuta, table, tmp_path):
    weak = ("--set", "device.needle.shank_radius=40 um", "--set", "device.needle.tip_radius=30 um")
    done = percuta("measure", CASE, table("displacement [mm], force [mN]\n0.1, 2\n"), *weak, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    said = json.loads((tmp_path / "out/measure.json").read_text())["warnings"]
    assert said and said == json.loads(percuta("roll", CASE, *weak, "--json").out)["warnings"]


def test_mistakes_end_with_3(percuta, table):
    done = percuta("measure", CASE, table("displacement [mm], force [s]\n1, 2\n"))
    assert done.code == 3 and 'has the unit "s"' in done.err and "a unit of force" in done.err
    assert percuta("measure", CASE, "none.csv").code == 5
