"""Cases as values."""

import copy
import math
import pickle
import re

import numpy as np
import pytest

import percuta
from conftest import SOURCE
from percuta import Quantity

EXAMPLE = SOURCE / "data/cases/cheek-medical-roller.toml"


@pytest.fixture(scope="module")
def case():
    return percuta.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(passes_per_direction=4))


def test_a_case_needs_no_file(case, tmp_path):
    written = tmp_path / "same.toml"
    written.write_text('skin = "cheek"\ndevice = "mf8-1.5mm"\n[protocol]\npasses_per_direction = 4\n')
    assert percuta.read_case(written) == case and case.protocol.passes_per_direction == 4
    assert case == percuta.Case({"skin": "cheek", "device.base": "mf8-1.5mm", "protocol.passes_per_direction": 4})
    assert case == percuta.Case({"protocol": {"passes_per_direction": 4}}, skin="cheek", device=dict(base="mf8-1.5mm"))
    assert case == percuta.Case.from_toml(written.read_text())


def test_examples_are_read_by_name_and_files_by_path():
    for name in percuta.entries("cases"):
        assert percuta.read_case(name) == percuta.read_case(SOURCE / f"data/cases/{name}.toml"), name
    with pytest.raises(percuta.InputError, match="cannot be read"):
        percuta.read_case("no-such-example")


def test_with_makes_another_case_and_leaves_this_one(case):
    shorter = case.with_({"device.needle.length": "1.0 mm"})
    assert shorter.device.needle.length == pytest.approx(1.0e-3) and case.device.needle.length == pytest.approx(1.5e-3) and shorter != case
    for same in (case.with_(device=dict(needle=dict(length="1 mm"))), case.with_({"device.needle.length": Quantity(1.0e-3, "m")}),
                 shorter.with_(seed=1), case.with_({"device.needle.length": "2 mm"}).with_({"device.needle.length": "0.1 cm"})):
        assert same == shorter and hash(same) == hash(shorter)
    assert len({case, shorter, case.with_(), case.with_({"device.needle.length": "1000 um"})}) == 2
    assert case.with_(skin="forehead").skin.base == "forehead" and case != "a case" and case != 1


def test_pint_quantities_are_taken_in_their_own_unit(case):
    units = pytest.importorskip("pint").get_application_registry()
    key = "device.needle.length"
    assert case.with_({key: 1.0 * units.mm}).inputs[key].written == "1.0 mm"
    assert case.with_({key: 0.001 * units.km / 1000}).device.needle.length == pytest.approx(1.0e-3)
    assert case.with_({key: 40 * units.thou}).device.needle.length == pytest.approx(40 * 25.4e-6)
    assert case.with_({"protocol.load": 1.0 * units.lbf}).protocol.load == pytest.approx(4.4482216)
    assert case.with_({"healing.days": 4 * units.week}).healing.days == pytest.approx(28 * 86400.0)
    assert case.with_({"skin.friction": 0.25 * units.dimensionless}).skin.friction == 0.25
    assert case.with_({"skin.friction": 50 * units.mm / units.m}).skin.friction == pytest.approx(0.05)
    with pytest.raises(percuta.InputError, match="pressure"):
        case.with_({key: 1.0 * units.kPa})
    with pytest.raises(TypeError, match="device.needle.length: .*no unit"):
        case.with_({key: 1.0 * units.kelvin})


def test_a_quantity_comes_back_to_the_last_digit(case):
    for value in (1.0e-3, 1 / 3 * 1e-3, 0.7123456789012345e-3):
        assert case.with_({"device.needle.length": Quantity(value, "m")}).device.needle.length == value


def test_lists_of_quantities_are_lists_of_texts(case):
    days = [5 * 86400.0, 28 * 86400.0]
    assert case.with_({"healing.report_days": percuta.Array(days, "s")}) == case.with_({"healing.report_days": [Quantity(d, "s") for d in days]})


def test_wrong_values_are_errors_when_the_case_is_made(case, tmp_path):
    with pytest.raises(percuta.InputError, match="did you mean \"cheek\"") as caught:
        percuta.Case(skin="chek", device="mf8-1.5mm")
    assert caught.value.key == "skin" and caught.value.hint.startswith("did you mean")
    with pytest.raises(percuta.InputError, match="needs a unit") as caught:
        case.with_(device=dict(needle=dict(length=1.0)))
    assert (caught.value.key, caught.value.line) == ("device.needle.length", 1) and "1 mm" in caught.value.hint
    with pytest.raises(percuta.InputError, match="skin is missing"):
        percuta.Case()
    with pytest.raises(TypeError, match="protocol.load"):
        case.with_(protocol=dict(load=object()))
    path = tmp_path / "wrong.toml"
    path.write_text('skin = "cheek"\ndevice = "mf8-1.5mm"\n\n[device_]\nx = 1\n[protocol]\nload = "5 mm"\n')
    with pytest.raises(percuta.InputError) as caught:
        percuta.read_case(path)
    e = caught.value
    assert {(d["key"], d["line"]) for d in e.diagnostics} == {("device_.x", 5), ("protocol.load", 7)} and e.file == str(path)
    assert (e.key, e.line, e.hint) == tuple(e.diagnostics[0][name] for name in ("key", "line", "hint"))
    assert all(d["message"] in str(e) and d["hint"] in str(e) for d in e.diagnostics)
    again = pickle.loads(pickle.dumps(e))
    assert (str(again), again.key, again.line, again.hint, again.diagnostics) == (str(e), e.key, e.line, e.hint, e.diagnostics)
    assert (percuta.InputError("text").key, percuta.InputError("text").line, percuta.InputError("text").diagnostics) == ("", None, ())


@pytest.mark.parametrize("text, key", (('device = "mf8-1.5mm"', "skin"), ('skin = "cheek"\ndevice = 3', "device"),
                                       ('skin = "cheek"\ndevice = "mf8-1.5mm"\nseed = "one"', "seed"),
                                       ('skin = "cheek"\ndevice = "mf8-1.5mm"\n[device_]\nx = [[1]]', "device_.x"),
                                       ('skin.layers.top.thickness = "1 mm"\ndevice = "mf8-1.5mm"', "skin.layers.top.thickness"),
                                       ('skin = "cheek"\ndevice = "mf8-1.5mm"\nprotocol.directions = ["up"]', "protocol.directions"),
                                       ('skin = "cheek"\ndevice = "mf8-1.5mm"\ndevice = "pen-6"', "")))
def test_each_mistake_says_its_key(text, key):
    with pytest.raises(percuta.InputError) as caught:
        percuta.Case.from_toml(text)
    assert key in {d["key"] for d in caught.value.diagnostics}


def test_a_case_does_not_change(case):
    for attempt in (lambda: setattr(case, "seed", 2), lambda: delattr(case, "inputs"), lambda: setattr(case.device.needle, "length", 1.0)):
        with pytest.raises(AttributeError, match="does not change"):
            attempt()
    with pytest.raises(TypeError):
        case.inputs["seed"] = 1


@pytest.mark.parametrize("again", (copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c)), lambda c: percuta.Case.from_toml(c.to_toml())),
                         ids=("copy", "deep copy", "pickle", "toml"))
@pytest.mark.parametrize("changes", ({}, {"skin.layers.reticular_dermis.relaxation": [{"share": 0.25, "time": "2 s"}], "title": 'Mine, "as" written # 1',
                                          "protocol.directions": ["vertical", "diagonal_up"], "protocol.speed": "slow", "seed": 7,
                                          "device.needle.tip_radius": "3 um", "healing.report_days": ["3 days", "9 days"]}), ids=("plain", "changed"))
def test_copies_pickles_and_texts_give_the_same_case(case, again, changes):
    other = again(case.with_(changes))
    assert other == case.with_(changes) and hash(other) == hash(case.with_(changes)) and (not changes or other != case)


@pytest.mark.parametrize("name", sorted(path.stem for path in (SOURCE / "data/cases").glob("*.toml")))
def test_every_example_survives_as_text(name):
    case = percuta.read_case(name)
    assert case.to_toml() == (SOURCE / f"data/cases/{name}.toml").read_text()
    other = case.with_(seed=99)
    assert percuta.Case.from_toml(other.to_toml(), str(SOURCE / f"data/cases/{name}.toml")) == other


def test_a_case_keeps_what_its_file_said_when_it_was_read(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(EXAMPLE.read_text())
    case = percuta.read_case(path)
    path.write_text("nothing of a case")
    assert pickle.loads(pickle.dumps(case)).with_({"seed": 1}) == percuta.read_case(EXAMPLE)


def test_inputs_say_what_the_catalogue_says(case):
    tension = case.inputs["skin.tension"]
    text = (SOURCE / "data/skins/cheek.toml").read_text()
    assert f'source = "{tension.source}"' in text and f'evidence = "{tension.evidence}"' in text and tension.spread in text
    assert tension.written == "7 kPa" and tension.si == 7e3 and tension.unit == "Pa" and tension.origin.endswith("cheek.toml:3") and not tension.given
    assert {one.path for one in case.inputs.values() if one.given} == {"skin.base", "device.base", "protocol.passes_per_direction"}
    keys = {key["path"] for key in percuta._percuta.case_keys()}
    assert len(set(case.inputs) & keys) > 100
    with pytest.raises(KeyError, match="did you mean 'device.needle.length'"):
        case.inputs["device.needle.lenght"]


def test_every_input_is_an_attribute_of_its_kind(case):
    kinds = {"quantity": (Quantity, str), "number": (float,), "integer": (int,), "flag": (bool,), "text": (str,), "choice": (str,), "list": (list,),
             "records": (list,)}
    seen = set()
    for path, one in case.inputs.items():
        value = case
        for name in path.split("."):
            value = getattr(value, name)
        assert isinstance(value, kinds[one.kind]), path
        if isinstance(value, Quantity):
            assert value == one.si and value.unit == one.unit and value.long_name == one.sentence, path
        seen.add(one.kind)
    assert seen == set(kinds)


def test_names_are_completed_and_the_nearest_is_told(case):
    assert {"skin", "device", "protocol", "healing", "with_", "inputs", "to_toml"} <= set(dir(case)) and "_checked" not in dir(case)
    assert {"length", "tip_radius"} <= set(dir(case.device.needle)) and "reticular_dermis" in case.skin.layers and len(case.skin.layers) == 5
    with pytest.raises(AttributeError, match="device.needle.lenght; did you mean 'length'"):
        case.device.needle.lenght
    with pytest.raises(AttributeError, match="did you mean 'protocol'"):
        case.protcol
    with pytest.raises(KeyError, match="hypodermis"):
        case.skin.layers["subcutis"]


def test_keys_do_not_hide_what_a_case_can_do():
    keys = {path.split(".")[0] for path in percuta.read_case("needle-lengths").inputs}
    assert not keys & set(dir(percuta.Case)) and not keys & {"from_toml", "inputs", "to_toml", "with_"} and len(keys) > 6


def test_changed_again_and_again_it_does_not_grow(case):
    changed = case
    for k in range(30):
        changed = changed.with_({"seed": k, "device.needle.length": f"{1 + k / 100} mm"})
    assert len(pickle.dumps(changed)) < len(pickle.dumps(case)) + 200 and changed.seed == 29


def test_it_shows_itself(case):
    assert "skin.base='cheek'" in repr(case) and "passes_per_direction" in repr(case)
    titled = case.with_(title="<b>bold</b>")
    assert "&lt;b&gt;bold" in titled._repr_html_() and "<b>bold" not in titled._repr_html_() and "protocol.passes_per_direction" in titled._repr_html_()
    html = case.inputs._repr_html_()
    assert html.count("<tr>") == len(case.inputs) + 1 and "flynn2011" in html
    frame = case.inputs.to_pandas()
    assert frame.loc["skin.tension", "si"] == 7e3 and len(frame) == len(case.inputs)


def test_a_case_runs_as_its_file_does(case):
    quick = {"healing.days": "10 days", "healing.cells": 30, "protocol.passes_per_direction": 1}
    by_path, by_case = percuta.roll(EXAMPLE, quick), percuta.roll(percuta.read_case(EXAMPLE).with_(quick))
    by_name = percuta.roll("cheek-medical-roller", quick)
    assert by_path.summary == by_case.summary and by_case.case == by_path.case == by_name.case
    assert by_name.summary["channels"] == by_path.summary["channels"]
    for path, array in by_path.arrays.items():
        np.testing.assert_array_equal(array, by_case[path], err_msg=path)
    assert by_case.case.protocol.passes_per_direction == 1


def test_views_of_the_catalogue():
    assert percuta.skins() == percuta.entries("skins") and percuta.devices() == percuta.entries("devices")
    cheek = percuta.skin("cheek")
    written = re.search(r'reticular_dermis\]\nthickness = \{ value = "([\d.]+) mm".*spread = "([\d.]+) mm"', (SOURCE / "data/skins/cheek.toml").read_text())
    thickness = cheek.layers["reticular_dermis"].thickness
    assert thickness.to("mm") == pytest.approx(float(written[1])) and thickness.spread == pytest.approx(float(written[2]) * 1e-3)
    assert cheek.layers.reticular_dermis.shear_modulus.unit == "Pa" and cheek.layers["reticular_dermis"].shear_modulus > 0
    assert cheek.inputs["skin.tension"].source == "flynn2011" and "flynn2011" in cheek._repr_html_()
    assert pickle.loads(pickle.dumps(cheek)) == cheek and cheek != percuta.skin("forehead")
    with pytest.raises(percuta.InputError, match="did you mean \"cheek\""):
        percuta.skin("chek")
    with pytest.raises(percuta.InputError, match="did you mean"):
        percuta.device("mf8-1.5m")


@pytest.mark.parametrize("kind", ("skin", "device"))
def test_every_entry_can_be_looked_at(kind):
    for name in percuta.entries(kind + "s"):
        view = getattr(percuta, kind)(name)
        assert view.base == name
        for one in view.inputs.values():
            assert one.kind != "quantity" or math.isfinite(one.si), one.path
