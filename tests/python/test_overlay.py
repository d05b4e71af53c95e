"""One's own curve beside the model, and devices for a target."""

import json
import pickle
import subprocess

import numpy as np
import pytest

import percuta as pc
from conftest import PERCUTA, SOURCE

CASE = pc.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(passes_per_direction=1))
CURVE = "displacement [mm], force [mN]\n# mine\n0.1, 4\n0.2, 20\n0.4, 40\n0.8, 110\n"


@pytest.fixture(scope="module")
def rolled():
    return pc.roll(CASE, progress=False)


@pytest.fixture
def curve(tmp_path):
    path = tmp_path / "my-force-curve.csv"
    path.write_text(CURVE)
    return path


def test_the_model_over_itself_is_not_off(rolled):
    at, force = rolled["/insertion/displacement"][::9], rolled["/insertion/force"][::9]
    o = pc.overlay(rolled, {"displacement [mm]": at.to("mm"), "force [mN]": 2 * force.to("mN")})
    np.testing.assert_allclose(o.predicted, force, rtol=1e-9, atol=1e-12)
    assert o.misfit.relative == pytest.approx(0.5, rel=1e-6) and o.misfit.inside == len(at) and o.misfit.outside == 0
    assert o.misfit.rms == pytest.approx(float(np.sqrt(np.mean(np.square(force))))) and o.misfit.bias == pytest.approx(-float(np.mean(force)))
    assert (o.x, o.y) == ("insertion.displacement", "insertion.force") and o.misfit.rms.unit == "N" and o.changes == []


def test_an_overlay_has_a_table_and_a_picture_and_pickles(rolled, curve):
    pytest.importorskip("matplotlib").use("agg")
    o = pc.overlay(rolled, curve)
    table = o.table
    assert list(table.columns) == ["displacement", "measured", "model", "model_less_measured"] and len(table) == 4
    assert table.attrs["units"]["model"] == "N" and table["model_less_measured"].abs().max() == pytest.approx(float(o.misfit.largest))
    ax = o.plot()
    assert "off by" in ax.get_title() and "mN" in ax.get_ylabel() and ax.get_xlabel() == "displacement, mm"
    line, points = ax.get_lines()
    np.testing.assert_allclose(points.get_ydata(), [4, 20, 40, 110])
    np.testing.assert_allclose(line.get_ydata(), o.model.to("mN"))
    again = pickle.loads(pickle.dumps(o))
    assert again.misfit == o.misfit and again.measured.unit == "N" and again.words == o.words and "off by" in repr(o)
    loaded = pickle.loads(pickle.dumps(rolled))  # as one that was loaded
    assert pc.overlay(loaded, curve).misfit == o.misfit


def test_points_beyond_the_curve_are_left_out_and_said_to_be(rolled):
    o = pc.overlay(rolled, {"displacement [mm]": [0.1, 50.0], "force [mN]": [4, 1e4]})
    assert (o.misfit.inside, o.misfit.outside) == (1, 1) and np.isnan(o.predicted[1]) and "beyond" in o.words
    none = pc.overlay(rolled, {"displacement [mm]": [50.0], "force [mN]": [1.0]})
    assert none.misfit.rms is None and none.misfit.relative is None and "none of" in none.words
    pytest.importorskip("matplotlib").use("agg")
    assert "no measured point" in none.plot().get_title()


def test_bad_tables_say_line_and_remedy(rolled, tmp_path):
    for columns, text in (({"displacement [mm]": [1.0], "force [s]": [1.0]}, "a unit of force"), ({"displacement": [1.0], "force [N]": [1.0]}, "no unit"),
                          ({"displacement [mm]": [1.0], "forse [N]": [1.0]}, "did you mean"), ({"force [N]": [1.0]}, "1 columns")):
        with pytest.raises(pc.InputError, match=text):
            pc.overlay(rolled, columns)
    with pytest.raises(ValueError, match="length"):
        pc.overlay(rolled, {"displacement [mm]": [1.0, 2.0], "force [N]": [1.0]})
    with pytest.raises(OSError, match="cannot be read"):
        pc.overlay(rolled, tmp_path / "none.csv")
    with pytest.raises(KeyError, match="no array '/healing"):
        pc.overlay(rolled, {"healing.time [days]": [1.0], "healing.collagen [%]": [100.0]})


def test_measure_is_that_of_the_command(curve, tmp_path):
    (tmp_path / "case.toml").write_text(CASE.to_toml())
    o = pc.measure(CASE, curve, {"skin.friction": 0.4}, progress=False)
    done = subprocess.run([PERCUTA, "measure", tmp_path / "case.toml", curve, "--set", "skin.friction=0.4", "--json", "--quiet"], capture_output=True, text=True,
                          check=True)
    said = json.loads(done.stdout)
    assert o.misfit.rms == said["rms"] and [(c.key, c.relative) for c in o.changes] == [(row["key"], row["relative"]) for row in said["a_quarter_more"]]
    assert o.warnings == said["warnings"] and len(o.changes) > 3 and o.changes[0].relative <= o.changes[-1].relative


def test_measure_carries_the_warnings_of_its_result(curve):
    weak = {"device.needle.shank_radius": "40 um", "device.needle.tip_radius": "30 um"}
    wanted = pc.roll(CASE, weak, progress=False).warnings
    assert wanted and pc.measure(CASE, curve, weak, progress=False).warnings == wanted


def test_size_is_that_of_the_command(tmp_path):
    pytest.importorskip("matplotlib").use("agg")
    sized = pc.size("cheek-600um", {"search.front": 2}, progress=False)
    done = subprocess.run([PERCUTA, "size", SOURCE / "data/targets/cheek-600um.toml", "--set", "search.front=2", "--json", "--quiet"], capture_output=True,
                          text=True, check=True)
    said = json.loads(done.stdout)
    said["percuta"]["file"] = sized.summary["percuta"]["file"]
    assert sized.summary == said and sized.reached is True and sized.words == said["answer"]
    assert sized.design["length"].unit == "m" and sized.reaches["depth"] == pytest.approx(0.6e-3, abs=0.05e-3)
    assert sized.case.device.needle.length == pytest.approx(float(sized.design["length"])) and sized.case.skin.base == "cheek"
    assert pc.roll(sized.case, progress=False).insertion.pierced_depth == pytest.approx(float(sized.reaches["depth"]), rel=1e-6)
    frame = sized.to_pandas()
    assert len(frame) == len(said["front"]) and frame.attrs["units"]["run.depth"] == "m" and frame["design.passes"].is_monotonic_increasing
    depth, density, load = sized.plot()
    assert depth.get_ylabel() == "depth, mm" and "cm" in density.get_ylabel() and load.get_ylim()[1] > 5.0
    again = pickle.loads(pickle.dumps(sized))
    assert again.case == sized.case and again.design == sized.design and "reached" in repr(again)
    sized.save(tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"size.json", "found.toml", "report.html"}
    with pytest.raises(pc.Error, match="unpickled"):
        again.save(tmp_path / "again")


def test_a_case_is_sized_by_tables_of_overrides():
    wanted = {"target": {"depth": "0.3 mm", "density": "50 /cm^2"}, "vary": {"length": ["0.5 mm", "1.5 mm"]}, "search": {"responses": 0, "front": 0}}
    sized = pc.size(CASE, wanted, progress=False)
    assert 0.5e-3 - 1e-12 <= sized.design["length"] <= 1.5e-3 + 1e-12 and sized.limits["depth"]["wanted"] == pytest.approx(0.3e-3)
    assert sized.case.skin == CASE.skin
    with pytest.raises(pc.InputError, match=r"no \[target\]"):
        pc.size(CASE)
    with pytest.raises(pc.InputError, match="upside down"):
        pc.size(CASE, {**wanted, "vary": {"length": ["1.5 mm", "0.5 mm"]}})
