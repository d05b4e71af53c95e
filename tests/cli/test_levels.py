"""Any level feeds channels and healing."""

import json

COARSE = ["--set", "insertion.cells_per_tip_radius=1", "--set", "insertion.cells_per_shank=1", "--set", "insertion.cells_per_fracture_zone=0.3"]
CASE = """skin = "cheek"
[device]
base = "mf8-1.5mm"
needle.length = "0.2 mm"
needle.tip_radius = "40 um"
[channels]
sample_side = "4 mm"
[healing]
days = "10 days"
report_days = ["5 days"]
cells = 24
[scatter]
samples = 64
"""


def figures(run):
    return json.loads(run.out)


def test_the_axisymmetric_level_shares_the_load_as_the_tables_do(percuta, case):
    path = case(CASE)
    energy, solved = (figures(percuta("run", path, "--set", f"insertion.level={level}", "--json", "--quiet")) for level in ("energy", "axisymmetric"))
    assert energy["percuta"]["level"] == "energy" and solved["percuta"]["level"] == "axisymmetric"
    assert energy["cost"]["insertion_iterations"] == 0 < solved["cost"]["insertion_iterations"]
    # The tables interpolate between needle lengths; this one was solved.
    there, here = energy["insertion"]["force_at_depth"]["value"], solved["insertion"]["force_at_depth"]["value"]
    assert 0.0 < abs(here / there - 1.0) < 0.02


def test_the_solid_level_feeds_channels_and_healing(percuta, case, tmp_path):
    path = case(CASE)
    run = percuta("run", path, "--set", "insertion.level=solid", *COARSE, "-o", tmp_path / "out", "--json", "--quiet")
    r = figures(run)
    assert r["percuta"]["level"] == "solid"
    assert r["cost"]["insertion_unknowns"] > 1000
    assert r["healing"]["collagen_change"] is not None
    # Keys of its mesh are read, and nobody says otherwise; the report says what the level leaves out.
    assert not any("cells_per_tip_radius" in w for w in r["warnings"])
    page = (tmp_path / "out" / "report.html").read_text()
    assert "for one upright needle" in page
    again = percuta("rerun", tmp_path / "out" / "results.h5", "-o", tmp_path / "again", "--json", "--quiet")
    assert figures(again)["insertion"] == r["insertion"]
    assert "@article{shergold2005" in percuta("cite", tmp_path / "out").out


def test_check_says_what_a_level_costs(percuta, case):
    path = case(CASE)
    light, heavy = (json.loads(percuta("check", path, "--set", f"insertion.level={level}", "--json").out) for level in ("energy", "solid"))
    assert heavy["seconds"] > light["seconds"] + 100
    assert any("three dimensions" in line for line in heavy["does"])


def test_list_models_prints_the_cards(percuta):
    cards = json.loads(percuta("list", "models", "--json").out)
    by_name = {card["name"]: card for card in cards}
    assert {"energy", "axisymmetric", "solid", "rolling", "radial"} <= set(by_name)
    for card in cards:
        assert card["title"] and card["valid"]
    assert by_name["energy"]["limits"] and "shergold2005" in by_name["energy"]["sources"]
