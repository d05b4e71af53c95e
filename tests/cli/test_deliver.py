"""What gets in: files, figures, other treatments, evidence."""

import csv
import json

import h5py
import pytest

from conftest import CASES, SOURCE

SERUM = CASES / "serum.toml"


def figures(run):
    assert run.code == 0, run.err
    return {name: value["value"] if isinstance(value, dict) else value for name, value in json.loads(run.out)["delivery"].items()}


@pytest.fixture(scope="module")
def result(percuta, tmp_path_factory):
    folder = tmp_path_factory.mktemp("deliver")
    run = percuta("deliver", SERUM, "-o", folder / "out")
    assert run.code == 0, run.err
    return folder / "out", run


def test_it_writes_files_with_every_output(percuta, result):
    folder, run = result
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "results.h5", "summary.json"]
    summary = json.loads((folder / "summary.json").read_text())
    report = (folder / "report.html").read_text()
    declared = [o for o in json.loads(percuta("outputs", "--of", "deliver", "--json").out) if o["path"].startswith("delivery.")]
    assert len(declared) > 40
    with h5py.File(folder / "results.h5") as file:
        for output in declared:
            assert output["dataset"] in file, output["path"]
            if output["unit"]:
                assert file[output["dataset"]].attrs["units"] in (output["unit"], output["unit"].encode())
            if output["form"] in ("series", "profile"):
                continue
            assert output["path"].partition(".")[2] in summary["delivery"]
            assert output["sentence"] in run.err and output["path"] in report
    assert summary["delivery"]["balance_error"]["value"] < 1e-8
    for words in ("not intended to bring cosmetics", "must be sterile", "granulomas"):
        assert words in run.err and words in report and any(words in line for line in summary["warnings"])
    assert "estimated, since nobody gave it: solute.radius by Stokes-Einstein" in run.err


def test_run_gives_what_it_gave(percuta, case):
    text = SERUM.read_text()
    with_it = json.loads(percuta("run", SERUM, "--json").out)
    without = json.loads(percuta("run", case(text[:text.index("[delivery]")].replace('solute = "ascorbic-acid"\n', "")), "--json").out)
    for part in ("insertion", "channels", "healing"):
        assert with_it[part] == without[part]
    assert "delivery" not in with_it
    assert any("`percuta deliver` alone reads them" in line for line in with_it["warnings"])


def test_a_cover_and_a_late_start(percuta):
    def with_(*set_):
        return figures(percuta("deliver", SERUM, "--json", *(word for one in set_ for word in ("--set", one))))

    plain, covered, late = with_(), with_("delivery.cover=true"), with_("delivery.start=6 h")
    assert covered["delivered"] > plain["delivered"] > late["delivered"]
    assert plain["delivered_total"] == pytest.approx(40e-4 * plain["delivered"], rel=1e-9)


@pytest.mark.parametrize("set_, words", [
    ("solute=ascorbic-acd", 'did you mean "ascorbic-acid"?'),
    ("delivery.concentration=50 %", "above the solubility"),
    ("delivery.wash_off=1 min", "the vehicle is not on the skin yet"),
    ("delivery.dose=not given", "delivery.dose is missing"),
    ("solute.partition=-1", "solute.partition is out of range"),
    ("delivery.dos=1 uL/cm^2", "did you mean delivery.dose?"),
    ("delivery.dose=1 mm", "is a volume per area"),
])
def test_bad_input_is_said(percuta, set_, words):
    run = percuta("deliver", SERUM, "--set", set_)
    assert run.code == 3 and words in run.err, run.err


def test_strict_takes_cautions_and_refuses_what_lies_outside(percuta):
    assert percuta("deliver", SERUM, "--strict").code == 0
    assert percuta("deliver", SERUM, "--strict", "--set", "solute=albumin", "--set", "delivery.concentration=1 %").code == 6


def test_a_case_without_solute_is_refused(percuta):
    run = percuta("deliver", CASES / "cheek-medical-roller.toml")
    assert run.code == 3 and "solute is missing" in run.err and "percuta list solutes" in run.err


def test_solutes_are_listed_and_explained(percuta):
    names = [line.split()[0] for line in percuta("list", "solutes").out.splitlines()]
    assert {"ascorbic-acid", "lidocaine", "insulin", "dextran-2000k", "vaccine-particle"} <= set(names)
    assert "estimated: " in percuta("list", "solutes").out
    assert "estimated by Potts-Guy" in percuta("explain", "solute.stratum_corneum_permeability").out
    assert "percuta deliver" in percuta("explain", "delivery.enhancement").out


def test_a_result_again_from_its_file(percuta, result, tmp_path):
    folder, _ = result
    again = percuta("rerun", folder / "results.h5", "-o", tmp_path / "again")
    assert again.code == 0, again.err
    one, two = (json.loads((path / "summary.json").read_text()) for path in (folder, tmp_path / "again"))
    assert one["delivery"] == two["delivery"]
    assert "@" in percuta("cite", folder).out


def test_one_constant_is_fitted_and_is_the_default(percuta):
    rows = [line for line in (SOURCE / "data/evidence/delivery-cases.csv").read_text().splitlines() if not line.startswith("#")]
    table = list(csv.DictReader(rows))
    fitted = [row for row in table if "channel_conductance" in row["remark"]]
    assert len(fitted) == 1 and fitted[0]["source"] == "etsu9544"
    assert float(fitted[0]["computed"]) == pytest.approx(37.0, rel=1e-3)
    value = float(fitted[0]["remark"].split("channel_conductance = ")[1].split()[0])
    default = next(key for key in json.loads(percuta("template", "--json").out) if key["path"] == "delivery.channel_conductance")["default"]
    assert float(default) == pytest.approx(value, rel=0.02)
    assert {row["verdict"] for row in table} <= {"hit", "miss", "fitted", "input"}
    assert any(row["verdict"] == "miss" for row in table)
