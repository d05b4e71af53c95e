"""The device on the skin, and its pictures."""

import matplotlib
import numpy as np
import pytest

import percuta

matplotlib.use("svg")
from percuta import plots  # noqa: E402

CASE = percuta.data_folder() + "/cases/cheek-medical-roller.toml"


@pytest.fixture(scope="module")
def rolled():
    return percuta.roll(CASE, {"channels.sample_side": "12 mm"})


def test_roll_ends_at_the_channels(rolled):
    assert "healing" not in rolled.summary and rolled.summary["channels"]["density"]["value"] > 0
    with pytest.raises(KeyError):
        rolled["/healing/collagen"]


def test_a_run_has_the_same_channels(rolled):
    run = percuta.run(CASE, {"channels.sample_side": "12 mm"})
    np.testing.assert_array_equal(run["/channels/position"], rolled["/channels/position"])
    assert run.summary["channels"]["density"] == rolled.summary["channels"]["density"]


def test_columns_are_as_long_as_there_are_channels(rolled):
    n = rolled.summary["channels"]["count"]["value"]
    for name in ("depth", "pass", "session", "row", "direction", "hole_length", "hole_breadth", "hole_angle"):
        assert rolled[f"/channels/{name}"].shape == (n,), name
    assert np.all(np.asarray(rolled["/channels/hole_length"]) >= np.asarray(rolled["/channels/hole_breadth"]))


def test_pictures_show_what_the_arrays_hold(rolled):
    ax = plots.channel_map(rolled)
    assert sum(len(c.get_offsets()) for c in ax.collections) == rolled["/channels/depth"].size
    ax = plots.depth_histogram(rolled)
    share = sum(patch.get_height() for patch in ax.patches)
    assert share == pytest.approx(100.0 * rolled.summary["insertion"]["share_pierced"]["value"])
    ax = plots.pair_correlation(rolled)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), np.asarray(rolled["/channels/pair_correlation"]))
    ax = plots.coverage(rolled)
    last = [line.get_ydata()[-1] for line in ax.lines]
    assert last == sorted(last) and last[2] == pytest.approx(100.0 * rolled.summary["channels"]["covered_500um"]["value"], abs=1.0)
    with pytest.raises(ValueError, match="session 3"):
        plots.channel_map(rolled, session=3)
