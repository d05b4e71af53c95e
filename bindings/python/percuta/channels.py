"""How evenly points lie on a patch of skin: the statistics that results have of channels, for points of one's own.

>>> import numpy, percuta.channels
>>> lattice = numpy.stack(numpy.meshgrid(numpy.arange(40), numpy.arange(40)), -1).reshape(-1, 2) * 0.25e-3
>>> round(percuta.channels.clark_evans(lattice, "10 mm"), 2)  # 2 of a square lattice, 1 at random
2.0

points: an array of shape (n, 2) [m]. patch: the side of a square with a corner at the origin, or corners of a polygon in their order, an
array of shape (m, 2) [m]. A result's own channels: r["/channels/position"]. Points beyond the patch are neighbours, and are not counted. Answers
are percuta.Quantity or percuta.Array [SI]; None where a figure is not defined. ValueError for other arguments.
"""

import math as _math

import numpy as _numpy

from . import _percuta
from ._quantity import Quantity as _Quantity
from ._units import out as _out
from ._units import si as _si


def _given(points, patch):
    points, patch = _si(points, "m", "points"), _si(patch, "m", "patch")
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points: an array of shape (n, 2) is wanted, not {points.shape}")
    if patch.ndim == 0:
        if not patch > 0.0:
            raise ValueError(f"patch: a side of {float(patch):g} m (allowed above 0)")
        patch = float(patch) * _numpy.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    if patch.ndim != 2 or patch.shape[1] != 2 or len(patch) < 3:
        raise ValueError(f"patch: the side of a square, or three corners or more as an array of shape (m, 2), not {patch.shape}")
    fault = _percuta.patch_fault(patch)
    if fault:
        raise ValueError(f"patch: {fault}")
    return points, patch


def _single(value, unit, long_name, people=""):
    return None if _math.isnan(value) else _Quantity(value, unit, None, long_name, people)


def density(points, patch):
    """Points on the patch per its area, a percuta.Quantity [1/m^2]."""
    return _single(_percuta.point_density(*_given(points, patch)), "1/m^2", "points per area", "/cm^2")


def nearest_neighbour(points, patch):
    """Mean distance from a point to its nearest neighbour, a percuta.Quantity [m]; 1/(2 sqrt(density)) at random.

    Of the points on the patch that are not within a millimetre (or a tenth of its lesser extent) of its edge, beyond which neighbours
    may be unknown; None for fewer than two points or none so far inside.
    """
    return _single(_percuta.nearest_neighbour(*_given(points, patch)), "m", "mean distance to the nearest neighbour", "mm")


def clark_evans(points, patch):
    """That distance over what it is at random for this density: 1 at random, 2 of a square lattice, below 1 where points gather [-]."""
    return _single(_percuta.clark_evans(*_given(points, patch)), "1", "distance to the nearest neighbour over that at random")


def coverage(points, patch, distance):
    """Share of the patch's area within a distance of a point: 1 - exp(-density pi distance^2) at random [-].

    distance: a number or an array of any shape, from 0 on [m]; the answer has that shape. By probes, one at a drawn place in each of
    2^18 squares: the same numbers each time, to about 1e-3.
    """
    distance = _si(distance, "m", "distance", 0.0)
    shares = _percuta.coverage(*_given(points, patch), distance.ravel().tolist())
    return _out(_numpy.reshape(shares, distance.shape), "1", "share of the area near a point", "%")


def largest_empty_circle(points, patch):
    """Radius of the largest circle within the patch that holds no point, a percuta.Quantity [m]; None without any point."""
    return _single(_percuta.largest_empty_circle(*_given(points, patch)), "m", "radius of the largest circle without a point", "mm")


def pair_correlation(points, patch, up_to, bins=60):
    """How often other points lie at a distance of a point over how often they would at random: (distance [m], g [-]), two percuta.Array.

    up_to: largest distance [m]. bins: number of them, of equal width. Of the points farther than it from the edge; ValueError where there
    is none.
    """
    up_to = _si(up_to, "m", "up_to", 0.0)
    if up_to.ndim or not up_to > 0.0 or not isinstance(bins, int) or not 1 <= bins <= 100000:
        raise ValueError("up_to: one distance above 0; bins: a number from 1 to 100000")
    radius, g = _percuta.pair_correlation(*_given(points, patch), float(up_to), bins)
    if _numpy.isnan(g).any():
        raise ValueError(f"up_to: no point of the patch lies {float(up_to):g} m or more from its edge")
    return _out(radius, "m", "distance"), _out(g, "1", "pairs over those at random")
