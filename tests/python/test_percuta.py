import json
import subprocess

import numpy as np
import pytest
from PIL import Image

import percuta
from conftest import PERCUTA, SOURCE

CASE = SOURCE / "data/cases/cheek-medical-roller.toml"
QUICK = {"protocol.passes_per_direction": 1, "healing.days": "30 days", "healing.cells": 40, "device.needle.length": "1.0 mm"}


@pytest.fixture(scope="module")
def result():
    return percuta.run(CASE, QUICK)


def test_installed_package_is_the_one_under_test():
    assert "site-packages" in percuta.__file__
    assert percuta.__version__ == "0.1.0"


def test_summary_is_that_of_the_file(result, tmp_path):
    assert result.summary["insertion"]["pierced_depth"]["unit"] == "m"
    result.save(tmp_path / "out")
    assert json.loads((tmp_path / "out/summary.json").read_text()) == result.summary
    assert (tmp_path / "out/report.html").exists()


def test_every_array_is_numpy_with_its_unit(result):
    assert len(result.arrays) > 25
    for path, array in result.arrays.items():
        assert isinstance(array, np.ndarray) and array.dtype == float, path
        assert array.unit and array.long_name, path
        assert np.isfinite(array).all(), path
    assert result["/insertion/force"].unit == "N"
    assert result["/channels/position"].shape == (result.summary["channels"]["count"]["value"], 2)
    assert result["/healing/time"].shape == result["/healing/collagen"].shape


def test_load_gives_back_what_was_saved(result, tmp_path):
    result.save(tmp_path / "out")
    again = percuta.load(tmp_path / "out")
    assert again.summary == result.summary
    assert set(again.arrays) == set(result.arrays)
    for path, array in result.arrays.items():
        np.testing.assert_array_equal(again[path], array)
        assert again[path].unit == array.unit
    with pytest.raises(OSError):
        result.save(tmp_path / "out")


def test_travel_is_shared_between_piercing_and_yielding(result):
    d, a, w = (result[f"/insertion/{name}"] for name in ("displacement", "pierced_depth", "deflection"))
    np.testing.assert_allclose(d, a + w, atol=1e-12)


def test_compare_gives_results_by_value_and_reasons_for_failures(tmp_path):
    text = 'skin = "cheek"\ndevice = "mf8-1.0mm"\nprotocol.passes_per_direction = 1\nhealing.days = "10 days"\nhealing.cells = 30\n'
    path = tmp_path / "c.toml"
    path.write_text(text + '[compare]\nkey = "device.needle.length"\nvalues = ["0.5 mm", "1.0 mm", "50 mm"]\n')
    rows = percuta.compare(path)
    assert list(rows) == ["0.5 mm", "1.0 mm", "50 mm"]
    assert rows["1.0 mm"].summary["insertion"]["pierced_depth"]["value"] > rows["0.5 mm"].summary["insertion"]["pierced_depth"]["value"]
    assert "out of range" in rows["50 mm"]


def test_errors_are_python_errors_with_the_whole_story(tmp_path):
    with pytest.raises(percuta.InputError, match="needs a unit"):
        percuta.run(CASE, {"device.needle.length": 1.0})
    with pytest.raises(ValueError, match="did you mean"):
        percuta.run(CASE, {"skin": "chek"})
    with pytest.raises(percuta.InputError, match="cannot be read"):
        percuta.run(tmp_path / "none.toml")
    with pytest.raises(OSError):
        percuta.load(tmp_path)


def test_progress_is_heard_and_can_stop_the_run():
    heard = []
    percuta.run(CASE, QUICK, progress=lambda stage, fraction: heard.append((stage, fraction)))
    assert {stage for stage, _ in heard} >= {"channels", "healing"}
    assert all(0 <= fraction <= 1.0001 for _, fraction in heard)

    def stop(stage, fraction):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        percuta.run(CASE, QUICK, progress=stop)


def test_catalogues_and_docstrings():
    assert "cheek" in percuta.entries("skins")
    assert "0.05 mm to 3 mm" in percuta.explain("device.needle.length")
    json.loads(percuta.json_schema())
    assert "The whole path" in percuta.run.__doc__
    assert percuta.load.__doc__ and percuta.compare.__doc__


def test_same_seed_same_numbers():
    first, second = percuta.run(CASE, QUICK), percuta.run(CASE, QUICK)
    assert first.summary == second.summary


def test_frames_become_a_moving_picture(tmp_path):
    out = tmp_path / "out"
    subprocess.run([PERCUTA, "insert", SOURCE / "data/cases/single-needle.toml", "-d", "0.1 mm", "--frames", "3", "-q", "-o", out], check=True)
    written = sorted((out / "frames").glob("across-*.svg"))
    assert len(written) >= 3
    (gif,) = percuta.animate(out, tmp_path / "push.gif", view="across", width=300)
    with Image.open(gif) as picture:
        assert picture.n_frames == len(written) and picture.width == 300
        first = np.asarray(picture.convert("RGB")).astype(int)
        picture.seek(len(written) - 1)
        last = np.asarray(picture.convert("RGB")).astype(int)
    assert 0.001 < np.mean(np.abs(first - last).max(axis=2) > 30) < 0.9  # the needle and the skin under it have moved
    assert [p.name for p in percuta.animate(out, tmp_path / "pictures", view="across", width=200)] == [p.with_suffix(".png").name for p in written]
    with pytest.raises(OSError, match="no frames/along"):
        percuta.animate(out, tmp_path / "none.gif")
    with pytest.raises(ValueError, match="sideways"):
        percuta.animate(out, tmp_path / "none.gif", view="sideways")


def test_insertion_is_that_of_the_command(tmp_path):
    """The same states from Python and from the command, loaded back from its files."""
    case = SOURCE / "data/cases/single-needle.toml"
    r = percuta.insert(case, displacement="0.1 mm", frames=1)
    subprocess.run([PERCUTA, "insert", case, "-d", "0.1 mm", "--frames", "1", "-q", "-o", tmp_path / "out"], check=True)
    written = percuta.load(tmp_path / "out")
    for path in ("/insertion/displacement", "/insertion/force", "/insertion/work"):
        np.testing.assert_array_equal(r[path], written[path])
    assert r["/insertion/force"].unit == "N" and np.all(np.diff(r["/insertion/force"]) > 0.0)
    assert r.summary["percuta"]["level"] == "axisymmetric" and "mN" in repr(r)
    r.save(tmp_path / "saved")
    assert (tmp_path / "saved/report.html").exists() and list((tmp_path / "saved/fields").glob("*.vtu"))
    assert "One needle of the case" in percuta.insert.__doc__


def test_solid_insertion_and_its_refusals_from_python(tmp_path):
    layers = ("stratum_corneum", "viable_epidermis", "papillary_dermis", "reticular_dermis")
    weak = {f"skin.layers.{layer}.{key}": value for layer in layers for key, value in (("strength", "1 MPa"), ("toughness", "20 J/m^2"))}
    choices = dict(level="solid", displacement="0.05 mm", stay=True, frames=0, cells_per_tip_radius=2, cells_per_shank=4, cells_per_fracture_zone=1.25)
    case, state = SOURCE / "data/cases/single-needle.toml", tmp_path / "state"
    whole = percuta.insert(case, weak, **choices)
    assert whole.summary["insertion"]["complete"] and whole["/insertion/displacement"][-1] == pytest.approx(0.05e-3)
    for wrong, error in ((dict(tilt="5 mm"), "is a unit of length"), (dict(displacement="0.1 mm", motion="roll"), "insertion.displacement has no place"),
                         (dict(cells_per_shank=0.0), "cells_per_shank is out of range: 0"), (dict(level="fluid"), "axisymmetric, solid")):
        with pytest.raises(percuta.InputError, match=error):
            percuta.insert(case, weak, **{**dict(level="solid"), **wrong})
    with pytest.raises(TypeError, match="depth"):
        percuta.insert(case, weak, depth="1 mm")
    with pytest.raises(OSError, match="no file of a path"):
        percuta.insert(case, weak, level="solid", path=str(tmp_path / "none.csv"))
    with pytest.raises(OSError, match="no checkpoint"):
        percuta.insert(case, weak, checkpoint=state, resume=True, **choices)
    with pytest.raises(percuta.InputError, match="nothing can open"):
        percuta.insert(case, {**weak, "skin.layers.stratum_corneum.strength": "0 MPa"}, **choices)


def test_several_keys_are_varied_together():
    rows = percuta.compare(CASE, QUICK, vary={"device.needle.length": ["0.5 mm", "1.0 mm"], "seed": [1, 2], "protocol.directions": [["vertical", "horizontal"]]})
    assert list(rows) == [f'{length}, {seed}, ["vertical", "horizontal"]' for length in ("0.5 mm", "1.0 mm") for seed in (1, 2)]
    assert rows['0.5 mm, 1, ["vertical", "horizontal"]'].summary["insertion"] != rows['1.0 mm, 1, ["vertical", "horizontal"]'].summary["insertion"]
    with pytest.raises(percuta.InputError, match="unknown"):
        percuta.compare(CASE, QUICK, vary={"device.needle.lenght": ["1 mm"]})
