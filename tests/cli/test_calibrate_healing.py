"""percuta calibrate healing: constants from courses of a wound."""

import json

import pytest
from conftest import SMALL, SOURCE

FEW = ("--constants", "myofibroblast_decay,neutrophil_decay")


def test_a_fit_is_printed_and_its_table_is_taken_by_a_case(percuta, case, tmp_path):
    before = (SOURCE / "data/calibration/excised-wound.toml").read_bytes()
    done = percuta("calibrate", "healing", *FEW, "-o", tmp_path / "constants.toml")
    assert done.code == 0, done.err
    assert "myofibroblast_decay" in done.out and "standard error" in done.out and "misfit in spreads" in done.out
    table = (tmp_path / "constants.toml").read_text()
    assert "[healing.parameters]" in table and 'evidence = "F"' in table
    assert percuta("check", case(SMALL + table)).code == 0
    assert (SOURCE / "data/calibration/excised-wound.toml").read_bytes() == before
    again = percuta("calibrate", "healing", *FEW, "-o", tmp_path / "constants.toml")
    assert again.code == 5 and "is there already" in again.err
    assert percuta("calibrate", "healing", *FEW, "-o", tmp_path / "constants.toml", "--overwrite").code == 0


def test_json_says_which_constants_are_not_told(percuta):
    done = percuta("calibrate", "healing", "--constants", "neutrophil_decay,damage_length", "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    told = {row["constant"]: row["identified"] for row in result["constants"]}
    assert told == {"neutrophil_decay": True, "damage_length": False}
    assert result["courses"][-1]["course"] == "all" and result["courses"][-1]["rms_after"] <= result["courses"][-1]["rms_before"]


@pytest.mark.parametrize("arguments, code, said", [
    (("healing", "--constants", "neutrofil_decay"), 3, "did you mean neutrophil_decay?"),
    (("healing", "--write"), 2, "changes nothing by itself"),
    (("toughness", "--constants", "friction"), 2, "those of calibrate healing"),
    (("healing", "--data", "none.toml"), 3, "none.toml"),
    (("bones",), 2, "bones"),
])
def test_mistakes_say_what_to_do(percuta, arguments, code, said):
    done = percuta("calibrate", *arguments)
    assert done.code == code and said in done.err, done.err
