"""Points and drums of one's own: statistics and kinematics for arrays, against what is known of them."""

import math

import numpy as np
import pytest

import percuta as pc
from percuta import channels, rolling

SIDE, PITCH = 10e-3, 0.25e-3


@pytest.fixture(scope="module")
def lattice():
    along = (np.arange(40) + 0.5) * PITCH
    return np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)


@pytest.fixture(scope="module")
def random():
    return np.random.default_rng(3).uniform(0, SIDE, (40000, 2))


def test_a_square_lattice(lattice):
    assert channels.density(lattice, "10 mm") == pytest.approx(1 / PITCH**2) and channels.density(lattice, SIDE).unit == "1/m^2"
    assert channels.nearest_neighbour(lattice, SIDE) == pytest.approx(PITCH, rel=1e-12)
    assert channels.clark_evans(lattice, SIDE) == pytest.approx(2.0, rel=1e-12)
    assert channels.largest_empty_circle(lattice, SIDE) == pytest.approx(PITCH / math.sqrt(2), rel=1e-2)
    radii = np.array([[0.0, 0.05e-3], [0.1e-3, PITCH / math.sqrt(2)]])
    covered = channels.coverage(lattice, SIDE, radii)
    np.testing.assert_allclose(covered, np.minimum(np.pi * radii**2 / PITCH**2, [[1, 1], [1, 1.0]]) * [[1, 1], [1, 0]] + [[0, 0], [0, 1]], atol=2e-3)
    assert covered.shape == (2, 2) and covered.unit == "1" and channels.coverage(lattice, SIDE, "0.1 mm").unit == "1"


def test_points_at_random(random):
    n = channels.density(random, SIDE)
    assert channels.clark_evans(random, SIDE) == pytest.approx(1.0, abs=0.02)
    assert channels.coverage(random, SIDE, 50e-6) == pytest.approx(1 - math.exp(-n * math.pi * 50e-6**2), abs=0.01)
    distance, g = channels.pair_correlation(random, SIDE, "1 mm", 20)
    assert (distance.unit, g.unit) == ("m", "1") and np.abs(g - 1).max() < 0.05 and distance[0] == pytest.approx(0.025e-3)


def test_a_result_s_own_channels_have_its_figures():
    r = pc.roll(pc.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(passes_per_direction=4)), progress=False)
    points, side = r["/channels/position"], r.case.channels.sample_side
    assert channels.nearest_neighbour(points, side) == pytest.approx(float(r.channels.nearest_neighbour), rel=1e-9)
    assert channels.coverage(points, side, "0.2 mm") == pytest.approx(float(r.channels.covered_200um), abs=2e-3)
    assert channels.largest_empty_circle(points, side) == pytest.approx(float(r.channels.largest_untreated_circle), rel=1e-9)


def test_a_polygon_and_what_is_no_patch(lattice):
    triangle = np.array([[0, 0], [SIDE, 0], [0, SIDE]])
    assert channels.density(lattice, triangle) == pytest.approx(1 / PITCH**2, rel=0.05)
    assert channels.clark_evans(lattice[:1], SIDE) is None and channels.largest_empty_circle(lattice[:0], SIDE) is None
    for points, patch, text in ((lattice.T, SIDE, "shape"), (lattice, [[0, 0], [1, 1]], "corners"), (lattice, [[0, 0], [1, 1], [1, 0], [0, 1]], "crosses"),
                                (lattice, "10 N", "unit of force"), (lattice * np.nan, SIDE, "finite"), (lattice, -1.0, "patch")):
        with pytest.raises(ValueError, match=text):
            channels.density(points, patch)
    with pytest.raises(ValueError, match="up_to"):
        channels.pair_correlation(lattice, SIDE, "8 mm")


def test_the_tip_of_a_rolling_needle():
    r, length = 9.5e-3, 1.5e-3
    entry = rolling.entry_angle(length, drum_radius=r)
    assert entry == pytest.approx(math.acos(r / (r + length))) and entry.unit == "rad"
    path = rolling.tip_path(np.array([-entry, 0.0, entry]), drum_radius="9.5 mm", length="1.5 mm")
    assert path.depth.unit == path.along.unit == "m"
    np.testing.assert_allclose(path.depth, [0.0, length, 0.0], atol=1e-15)
    # Without slip the tip comes back along the motion by the shaft's sweep, r (tan phi - phi), twice.
    sweep = rolling.half_sweep(length, drum_radius=r)
    assert path.along[0] - path.along[2] == pytest.approx(2 * float(sweep)) and sweep == pytest.approx(r * (math.tan(entry) - entry))
    # Rolling on its tips a needle turns about its tip: at rest where it is deepest.
    fine = rolling.tip_path(np.array([-1e-4, 1e-4]), drum_radius=r, length=length, rolling_radius=r + length)
    assert abs(np.diff(fine.along)[0]) < 1e-12
    assert rolling.half_sweep([1e-3, 2e-3], drum_radius=r).shape == (2,) and rolling.tip_path(0.0, drum_radius=r, length=length).depth.unit == "m"
    for wrong in (dict(drum_radius=0.0, length=length), dict(drum_radius=r, length="1 s"), dict(drum_radius=r, length=length, rolling_radius=-1.0)):
        with pytest.raises(ValueError):
            rolling.tip_path(0.0, **wrong)
