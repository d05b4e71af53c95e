"""Results by name, as tables and as pictures: everything that is declared, with its unit."""

import copy
import json
import math
import pickle

import matplotlib
import numpy as np
import pytest

import percuta
from conftest import SOURCE

matplotlib.use("svg")

CASE = percuta.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(passes_per_direction=1), healing={"days": "30 days", "cells": 40},
                    channels={"sample_side": "12 mm"})
KEYS = {"device.needle.length": ["0.5 mm", "1.5 mm"], "skin": ["cheek", "forehead"]}


@pytest.fixture(scope="module")
def result():
    return percuta.run(CASE)


@pytest.fixture(scope="module")
def pushed():
    return percuta.insert(SOURCE / "data/cases/single-needle.toml", displacement="0.05 mm", frames=0)


@pytest.fixture(scope="module")
def rows():
    return percuta.compare(CASE, KEYS)


def declared(verb):
    return [one for one in percuta._percuta.outputs() if one["verb"] == verb]


def by_name(result, path):
    for name in path.split("."):
        result = getattr(result, name)
    return result


@pytest.mark.parametrize("verb, fixture", (("run", "result"), ("insert", "pushed")))
def test_every_declared_output_has_its_name(verb, fixture, request):
    result, found = request.getfixturevalue(fixture), 0
    singles = {one["path"] for one in declared(verb) if one["form"] not in ("series", "profile")}
    for one in declared(verb):
        column = one["form"] in ("series", "profile")
        if one["dataset"] not in result.arrays if column else not in_summary(result, one["path"]):
            assert one["where"], one["path"]  # what is not there says where it is
            continue
        value = by_name(result, one["path"])
        found += 1
        if column and one["path"] not in singles:
            if one["dataset"].removeprefix("/summary") != one["dataset"] and one["dataset"].removeprefix("/summary") in result.arrays:
                value = by_name(result, f"{one['path']}_at_{one['axes'][-1].rpartition('.')[2]}")  # beside a column of its name
            assert isinstance(value, percuta.Array) and value is result[one["dataset"]] and value.unit == (one["unit"] or "1"), one["path"]
        elif column:
            section, _, name = one["path"].rpartition(".")
            assert by_name(result, section).arrays[name] is result[one["dataset"]]
        elif isinstance(value, percuta.Quantity):
            assert value.unit == one["unit"] and value.long_name == one["sentence"] and math.isfinite(value), one["path"]
        else:
            assert value is None or isinstance(value, (str, bool, int)) or one["unit"] == "", one["path"]
    assert found > 20


def in_summary(result, path):
    node = result.summary
    for name in path.split("."):
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return True


def test_declared_names_do_not_hide_what_a_section_can_do():
    parts = {part for one in percuta._percuta.outputs() for part in one["path"].split(".")}
    assert not parts & set(dir(percuta._result.Section)) and not {one["path"].split(".")[0] for one in percuta._percuta.outputs()} & set(dir(percuta.Result))


def test_quantities_are_those_of_the_summary(result):
    about = result.summary["insertion"]["pierced_depth"]
    depth = result.insertion.pierced_depth
    assert depth == about["value"] and depth.unit == about["unit"] and depth.spread == about["sd"] > 0
    assert repr(depth) == f"{about['value'] * 1e3:.3g} mm ± {about['sd'] * 1e3:.2g}"
    assert result.insertion["pierced_depth"] == depth


def test_names_are_completed_and_the_nearest_is_told(result):
    assert {"insertion", "channels", "healing", "plot", "to_pandas"} <= set(dir(result))
    assert {"pierced_depth", "force", "to_xarray"} <= set(dir(result.insertion)) and "last_day" in dir(result.healing)
    with pytest.raises(AttributeError, match="no 'insertion.forse'; did you mean 'force'"):
        result.insertion.forse
    with pytest.raises(AttributeError, match="did you mean 'insertion'"):
        result.insertoin
    with pytest.raises(KeyError, match="did you mean 'collagen'"):
        result.healing["colagen"]
    assert "force" in result.insertion and "forse" not in result.insertion and set(result.insertion) == set(result.insertion.keys())
    for made in (copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))):
        assert made(result).insertion.force.tolist() == result.insertion.force.tolist() and made(result).case == CASE


def test_choices_may_be_quantities(pushed):
    again = percuta.insert(SOURCE / "data/cases/single-needle.toml", displacement=percuta.Quantity(0.05e-3, "m"), frames=0)
    assert again.insertion.force.tolist() == pushed.insertion.force.tolist() and again.case == pushed.case
    units = pytest.importorskip("pint").get_application_registry()
    with pytest.raises(percuta.InputError, match="insertion.displacement is a length"):
        percuta.insert("single-needle", displacement=1.0 * units.newton)


def test_events_of_an_insertion_are_records(pushed):
    assert [e["name"] for e in pushed.events] == [e["name"] for e in pushed.summary["events"]]
    assert all(check.keys() == other.keys() for check, other in zip(pushed.cross_checks, pushed.summary["cross_checks"]))


def test_it_shows_itself(result, rows):
    html = result._repr_html_()
    for one in declared("run"):
        if one["figure"] and in_summary(result, one["path"]) and by_name(result, one["path"]) is not None:
            assert f">{one['path']}<" in html, one["path"]
    assert "mm ±" in html and ">cost." not in html and "pierced_depth" in result.insertion._repr_html_() and "pierced_depth" in repr(result.insertion)
    escaped = percuta.Result({**result.summary, "warnings": ["<script>"]}, result.arrays)._repr_html_()
    assert "&lt;script&gt;" in escaped and "<script>" not in escaped
    assert all(f">{label}<" in rows._repr_html_() for label in rows)


def test_table_of_single_values(result):
    frame = result.to_pandas()
    assert list(frame.columns) == ["value", "unit", "spread", "sentence"]
    sentences = {one["path"]: one["sentence"] for one in declared("run") if one["form"] not in ("series", "profile")}
    for path, row in frame.iterrows():
        node = result.summary
        for name in path.split("."):
            node = node[name]
        expected = node if not isinstance(node, dict) else node["value"]
        assert row.value == expected and row.sentence == sentences[path], path
        assert not isinstance(node, dict) or row.unit == node["unit"] and (("sd" in node) == (row.spread is not None and row.spread == node.get("sd")))
    assert set(result.healing.to_pandas().index) == {path for path in frame.index if path.startswith("healing.")}


def test_tables_of_columns_against_their_axis(result):
    frame = result.insertion.to_pandas("displacement")
    assert frame.index.name == "displacement" and frame["force"].tolist() == result.insertion.force.tolist()
    assert frame.attrs["units"]["force"] == "N" and set(frame.columns) == {"force", "pierced_depth", "deflection"}
    assert "time" in result.healing.axes and len(result.healing.to_pandas("time")) == result.healing.time.size
    with pytest.raises(KeyError, match="did you mean 'displacement'"):
        result.insertion.to_pandas("displacment")


def test_xarray_has_the_axes_of_the_file(result, tmp_path):
    h5py = pytest.importorskip("h5py")
    pytest.importorskip("xarray")
    result.save(tmp_path / "out")
    with h5py.File(tmp_path / "out/results.h5") as file:
        compared = 0
        for name in ("insertion", "channels", "healing"):
            data = getattr(result, name).to_xarray()
            for column, array in getattr(result, name).arrays.items():
                (path,) = (path for path, other in result.arrays.items() if other is array)
                dims = [scale.name.rsplit("/", 1)[-1] for dim in file[path].dims for scale in dim.values()]
                assert data[column].attrs == {"units": file[path].attrs["units"], "long_name": file[path].attrs["long_name"]}, path
                assert not dims or list(data[column].dims) == dims, path
                np.testing.assert_array_equal(data[column].values, file[path][()])
                compared += bool(dims)
        assert compared > 20
    tree = result.to_xarray()
    assert tree["healing/collagen"].sel(time=0.0).item() == result.healing.collagen[0]
    assert tree["healing/last_day"].to_dataset()["collagen_change"].dims == ("last_day_days",)
    assert tree["healing"].to_dataset()["collagen_change"].dims == ("days",)
    assert tree["healing/collagen_profile"].dims == ("profile_time", "radius")


def test_pictures_show_the_columns_in_units_for_people(result):
    ax = result.insertion.plot("force")
    (line,) = ax.lines
    np.testing.assert_allclose(line.get_ydata(), np.asarray(result.insertion.force) * 1e3)
    np.testing.assert_allclose(line.get_xdata(), np.asarray(result.insertion.displacement) * 1e3)
    assert ax.get_ylabel() == "force, mN" and ax.get_xlabel() == "displacement, mm"
    ax = result.insertion.plot("pierced_depth")
    (band,) = ax.patches  # the mean and standard deviation over the scatter
    depth = result.insertion.pierced_depth
    low, high = band.get_y() if hasattr(band, "get_y") else band.get_xy()[:, 1].min(), None
    high = low + band.get_height() if hasattr(band, "get_height") else band.get_xy()[:, 1].max()
    assert (low, high) == pytest.approx(((depth - depth.spread) * 1e3, (depth + depth.spread) * 1e3))
    drawn = {text.get_text() for ax in result.healing.plot() for text in (ax.get_legend().get_texts() if ax.get_legend() else [])}
    assert {"collagen", "stiffness", "fibroblasts"} <= drawn
    assert all(len({line.get_color() for line in ax.lines}) == len(ax.lines) for ax in result.healing.plot())
    with pytest.raises(KeyError, match="forse"):
        result.insertion.plot("forse")


def test_channels_and_overview_have_pictures(result, pushed):
    where, near = result.channels.plot()
    assert sum(len(c.get_offsets()) for c in where.collections) == result["/channels/depth"].size and near.lines
    axes = result.plot()
    assert len(axes) >= 6 and len({ax.figure for ax in axes}) == 1 and all(ax.has_data() or ax.collections for ax in axes)
    drawn = [line for ax in pushed.plot() for line in ax.lines if line.get_label() == "force"]
    np.testing.assert_allclose(drawn[0].get_xdata(), np.asarray(pushed.insertion.displacement) * 1e3)  # not against the number of the step
    (line,) = pushed.insertion.plot("force", x="work").lines
    np.testing.assert_allclose(line.get_xdata() / line.get_xdata()[-1], np.asarray(pushed.insertion.work / float(pushed.insertion.work[-1])))
    with pytest.raises(ValueError, match="nothing|no columns"):
        result.evenness.plot()


def test_comparison_is_the_dictionary_that_it_was(rows):
    assert isinstance(rows, dict) and list(rows) == [f"{length}, {skin}" for length in KEYS["device.needle.length"] for skin in KEYS["skin"]]
    assert rows.varied == KEYS and rows.results == rows and rows.failures == {}
    assert rows["1.5 mm, forehead"].case == CASE.with_(skin="forehead")
    assert rows["1.5 mm, cheek"].summary == percuta.run(CASE).summary
    again = pickle.loads(pickle.dumps(rows))
    assert list(again) == list(rows) and again.varied == rows.varied and again["0.5 mm, cheek"].summary == rows["0.5 mm, cheek"].summary


def test_comparison_as_a_table(rows):
    frame = rows.to_pandas()
    assert frame["device.needle.length"].tolist() == pytest.approx([0.5e-3, 0.5e-3, 1.5e-3, 1.5e-3]) and frame["skin"].tolist() == KEYS["skin"] * 2
    assert frame.attrs["units"]["insertion.pierced_depth"] == "m" and (frame["failure"] == "").all()
    for label, result in rows.items():
        assert frame.loc[label, "insertion.pierced_depth"] == result.insertion.pierced_depth
        assert frame.loc[label, "insertion.pierced_depth_sd"] == result.insertion.pierced_depth.spread


def test_comparison_as_a_picture(rows):
    ax = rows.plot(x="device.needle.length")
    assert [line.get_label() for line in ax.lines] == KEYS["skin"] and ax.get_xlabel() == "device.needle.length, mm" and ax.get_ylabel().endswith(", mm")
    for line, skin in zip(ax.lines, KEYS["skin"]):
        assert line.get_xdata() == pytest.approx([0.5, 1.5])
        assert line.get_ydata() == pytest.approx([rows[f"{length}, {skin}"].insertion.pierced_depth * 1e3 for length in KEYS["device.needle.length"]])
    assert len(ax.collections) == 2  # bands of the spread
    assert rows.plot(x="skin", y="channels.density").get_ylabel().endswith(", /cm²")
    with pytest.raises(KeyError, match="did you mean|not varied"):
        rows.plot(x="seed")
    last = CASE.healing.days.to("days")
    ax = rows.plot(x="device.needle.length", y="healing.collagen", day=float(last))
    for line, band, skin in zip(ax.lines, ax.collections, KEYS["skin"]):
        healed = [rows[f"{length}, {skin}"].healing for length in KEYS["device.needle.length"]]
        assert line.get_ydata() == pytest.approx([100.0 * h.collagen[-1] for h in healed])
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() == pytest.approx(100.0 * min(h.low.collagen[-1] for h in healed))
        assert heights.max() == pytest.approx(100.0 * max(h.high.collagen[-1] for h in healed))
    with pytest.raises(ValueError, match="say at which day"):
        rows.plot(y="healing.collagen")
    with pytest.raises(ValueError, match="not within"):
        rows.plot(y="healing.collagen", day=1e5)
    with pytest.raises(KeyError, match="pierced_depht"):
        rows.plot(y="insertion.pierced_depht")


def test_rows_that_fail_stay_with_their_reason():
    rows = percuta.compare(CASE, vary={"device.needle.length": ["0.5 mm", "50 mm"]})
    assert "out of range" in rows.failures["50 mm"] and list(rows.results) == ["0.5 mm"]
    frame = rows.to_pandas()
    assert "out of range" in frame.loc["50 mm", "failure"] and math.isnan(frame.loc["50 mm", "insertion.pierced_depth"])
    assert frame.loc["50 mm", "device.needle.length"] == pytest.approx(50e-3)
    assert rows.plot().get_title() == "1 of 2 without a value" and "out of range" in rows._repr_html_()


def test_rows_of_a_file_that_compares_compare_nothing_more():
    quick = {"healing.days": "10 days", "healing.cells": 30, "channels.sample_side": "8 mm", "protocol.passes_per_direction": 1}
    case = percuta.read_case("needle-lengths").with_(quick)
    assert [path for path in case.inputs if path.startswith("compare.")] == ["compare.key", "compare.values"]
    rows = percuta.compare(case)
    assert list(rows) == case.compare["values"] and list(rows.varied) == [case.compare.key]
    for label, result in rows.items():
        assert not [path for path in result.case.inputs if path.startswith("compare.")] and result.case.inputs[case.compare.key].written == label
    first = next(iter(rows))
    assert percuta.compare(case, vary={"seed": [3]})["3"].case.inputs["seed"].si == 3.0 and rows.to_pandas().index[0] == first


@pytest.mark.parametrize("keys", ({"device": {"needle": {"length": ["0.5 mm", "0.6 mm"]}}}, {"device.needle.length": ("0.5 mm", "0.6 mm")},
                                  {"device.needle.length": percuta.Array([0.5e-3, 0.6e-3], "m")}, {"device.needle": {"length": "pint"}}))
def test_what_to_compare_may_be_given_in_every_way(keys):
    if keys == {"device.needle": {"length": "pint"}}:
        keys = {"device.needle.length": np.array([0.5, 0.6]) * pytest.importorskip("pint").get_application_registry().mm}
    rows = percuta.compare(CASE, keys)
    assert [result.case.device.needle.length.to("mm") for result in rows.values()] == pytest.approx([0.5, 0.6])
    assert list(rows.varied) == ["device.needle.length"]


def test_lists_for_keys_that_are_lists_are_overrides():
    (one, two) = percuta.compare(CASE, {"protocol.directions": [["vertical"], ["horizontal", "vertical"]], "seed": 4}).results.values()
    assert one.case.protocol.directions == ["vertical"] and two.case.protocol.directions == ["horizontal", "vertical"] and one.case.seed == 4
    with pytest.raises(percuta.InputError, match=r"no \[compare\] table"):
        percuta.compare(CASE, {"protocol.directions": ["vertical", "horizontal"]})
    with pytest.raises(TypeError, match="device.needle"):
        percuta.compare(CASE, vary={"device.needle": [{"length": "1 mm"}]})


def test_summary_is_plain_json(result):
    assert json.loads(json.dumps(result.summary)) == result.summary
