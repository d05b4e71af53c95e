"""Skins of one's own: any stack of layers, from a file beside the case or from a catalogue folder."""

import json

import pytest

LAYER = """
[skin.layers.{name}]
thickness = "{thickness}"
shear_modulus = "{modulus}"
toughness = "{toughness}"
{more}"""


def layer(name, thickness, modulus, toughness, more=""):
    return LAYER.format(name=name, thickness=thickness, modulus=modulus, toughness=toughness, more=more)


TWO_SHEETS = (
    'device = "mf8-0.5mm"\n[skin]\norder = ["film", "gel"]\ngate_toughness = "2 kJ/m^2"\nfriction = 0.3\n'
    '[healing]\ndays = "10 days"\nreport_days = ["5 days"]\ncells = 24\nmembers = 0\n[channels]\nsample_side = "4 mm"\n[scatter]\nsamples = 64\ntip_radius = 0\nstiffness = 0\nthickness = 0\ngate_toughness = 0\nfriction = 0\n'
    + layer("film", "40 um", "300 kPa", "200 J/m^2", 'role = "epidermis"')
    + layer("gel", "4 mm", "40 kPa", "60 J/m^2", 'role = "dermis"'))


def test_layers_of_ones_own_are_pierced(percuta, case, tmp_path):
    run = json.loads(percuta("run", case(TWO_SHEETS), "-o", tmp_path / "out", "--json", "--quiet").out)
    assert run["channels"]["deepest_layer"] == "gel"
    # The film is the epidermis, the gel the dermis. Needles and places are alike: what heals of it is what was needled below the film.
    share = (run["channels"]["depth"]["value"] - 40e-6) / 4e-3
    assert run["healing"]["needled_depth"]["value"] == pytest.approx(share * 4e-3, rel=1e-6)
    change, whole = run["healing"]["last_day"]["collagen_change"], run["healing"]["last_day"]["whole_dermis_collagen_change"]
    assert whole["value"][0] == pytest.approx(share * change["value"][0], rel=1e-6)
    again = percuta("rerun", tmp_path / "out" / "results.h5", "-o", tmp_path / "again", "--json", "--quiet")
    assert json.loads(again.out)["insertion"] == run["insertion"]


def test_a_layer_on_top_of_a_catalogue_skin(percuta, case):
    order = '["tape", "stratum_corneum", "viable_epidermis", "papillary_dermis", "reticular_dermis", "hypodermis"]'
    taped = ('device = "mf8-1.5mm"\n[skin]\nbase = "cheek"\norder = ' + order + "\n"
             + layer("tape", "50 um", "1 MPa", "500 J/m^2", 'role = "other"'))
    says = json.loads(percuta("check", case(taped), "--json").out)
    assert any("6 layers" in line for line in says["does"])
    assert "skin.layers.tape.thickness" in percuta("explain", "skin.layers.tape.thickness").out


@pytest.mark.parametrize("change, words", [
    (('role = "epidermis"', ""), ["skin.layers.film.role must be given"]),
    (('["film", "gel"]', '["film", "gle"]'), ['skin.order has "gle"', "film, gel"]),
    (('["film", "gel"]', '["film", "gel", "film"]'), ['"film" twice']),
    (('["film", "gel"]', '["Film 1", "gel"]'), ["no name of a layer"]),
    (('order = ["film", "gel"]\n', ""), ['layer "film" whose place is not known']),
    (('["film", "gel"]', '["film"]'), ['does not say where "gel" lies']),
])
def test_a_wrong_stack_is_one_clear_error(percuta, case, change, words):
    run = percuta("check", case(TWO_SHEETS.replace(*change)))
    assert run.code == 3
    for word in words:
        assert word in run.err, run.err


def test_a_skin_from_a_file_beside_the_case(percuta, tmp_path):
    skin = TWO_SHEETS[TWO_SHEETS.index("order"):TWO_SHEETS.index("[healing]")] + TWO_SHEETS[TWO_SHEETS.index("\n[skin.layers"):].replace("skin.layers", "layers")
    rest = TWO_SHEETS[TWO_SHEETS.index("[healing]"):TWO_SHEETS.index("\n[skin.layers")]
    (tmp_path / "my-skin.toml").write_text('title = "Two sheets"\n' + skin)
    (tmp_path / "case.toml").write_text('device = "mf8-0.5mm"\nskin = "my-skin.toml"\n' + rest)
    run = percuta("run", tmp_path / "case.toml", "-o", tmp_path / "out", "--json", "--quiet")
    depth = json.loads(run.out)["insertion"]["pierced_depth"]
    # A catalogue folder serves the same file by name, and lists it.
    folder = tmp_path / "mine"
    (folder / "skins").mkdir(parents=True)
    (tmp_path / "my-skin.toml").rename(folder / "skins" / "my-skin.toml")
    (tmp_path / "case.toml").write_text('device = "mf8-0.5mm"\nskin = "my-skin"\n' + rest)
    named = percuta("run", tmp_path / "case.toml", "--catalogue", folder, "--json", "--quiet")
    assert json.loads(named.out)["insertion"]["pierced_depth"] == depth
    assert "Two sheets" in percuta("list", "skins", "--catalogue", folder).out
    # The result needs neither.
    again = percuta("rerun", tmp_path / "out" / "results.h5", "-o", tmp_path / "again", "--json", "--quiet")
    assert json.loads(again.out)["insertion"]["pierced_depth"] == depth


def test_a_missing_file_or_folder_is_said(percuta, case):
    run = percuta("check", case('device = "mf8-0.5mm"\nskin = "mine.toml"\n'))
    assert run.code == 3 and 'there is no file "mine.toml"' in run.err and "beside the case" in run.err
    gone = percuta("list", "skins", "--catalogue", "nowhere-at-all")
    assert gone.code == 5 and "nowhere-at-all is no folder" in gone.err
