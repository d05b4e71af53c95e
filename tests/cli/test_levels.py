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


def test_axisymmetric_healing_sees_depths_exchange(percuta, case, tmp_path):
    path = case(CASE.replace('days = "10 days"', 'days = "40 days"').replace('"0.2 mm"', '"1.2 mm"').replace('"40 um"', '"10 um"'))
    few = ("--set", "healing.depth_classes=2", "--json", "--quiet")
    radial = figures(percuta("run", path, *few))
    run = percuta("run", path, "--set", "healing.level=axisymmetric", *few, "-o", tmp_path / "out")
    solved = figures(run)
    assert solved["channels"] == radial["channels"]
    # The same equations, with signals that leave the needled depth: the same sign and size, not the same figure.
    there, here = (r["healing"]["last_day"]["whole_dermis_collagen_change"]["value"][0] for r in (radial, solved))
    assert 0.5 < here / there < 2.0 and abs(here / there - 1.0) > 1e-6
    assert "Nothing passes below the dermis" in (tmp_path / "out" / "report.html").read_text()
    fields = tmp_path / "out" / "fields"
    moments = (fields / "healing-class-2.pvd").read_text()
    assert "healing-class-2-day-5.vtu" in moments and "healing-class-2-day-40.vtu" in moments
    grid = (fields / "healing-class-2-day-5.vtu").read_text()
    assert all(f'Name="{name}"' in grid for name in ("dermis", "damage", "collagen_i", "maturity"))
    again = percuta("rerun", tmp_path / "out" / "results.h5", "-o", tmp_path / "again", "--json", "--quiet")
    assert figures(again)["healing"] == solved["healing"]


def test_check_says_what_a_level_costs(percuta, case):
    path = case(CASE)
    light, heavy = (json.loads(percuta("check", path, "--set", f"insertion.level={level}", "--json").out) for level in ("energy", "solid"))
    assert heavy["seconds"] > light["seconds"] + 100
    assert any("three dimensions" in line for line in heavy["does"])


def test_check_says_what_a_healing_level_costs(percuta, case):
    path = case(CASE.replace("cells = 24", "cells = 240"))
    light, heavy = (json.loads(percuta("check", path, "--set", f"healing.level={level}", "--json").out) for level in ("radial", "axisymmetric"))
    assert heavy["seconds"] > light["seconds"] + 1


def test_list_models_prints_the_cards(percuta):
    cards = json.loads(percuta("list", "models", "--json").out)
    by_name = {card["name"]: card for card in cards}
    assert {"energy", "axisymmetric", "solid", "rolling", "radial"} <= set(by_name)
    for card in cards:
        assert card["title"] and card["valid"]
    assert by_name["energy"]["limits"] and "shergold2005" in by_name["energy"]["sources"]
