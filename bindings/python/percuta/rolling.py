"""The geometry of a needle on a drum that rolls without slip on flat skin, for arrays.

>>> import numpy, percuta.rolling
>>> path = percuta.rolling.tip_path(numpy.linspace(-0.6, 0.6, 5), drum_radius="9.5 mm", length="1.5 mm")
>>> path.depth.max().to("mm").round(3)
1.5 mm
"""

from typing import NamedTuple as _NamedTuple

from . import _percuta
from ._array import Array as _Array
from ._quantity import Quantity as _Quantity
from ._units import out as _out
from ._units import si as _si


class TipPath(_NamedTuple):
    """Where a needle's tip is: along the motion from where it is deepest, and below the surface (above it negative) [m]."""

    along: "_Array | _Quantity"
    depth: "_Array | _Quantity"


def _positive(value, name):
    value = _si(value, "m", name)
    if value.ndim or value <= 0.0:
        raise ValueError(f"{name}: one length above 0 is wanted")
    return float(value)


def tip_path(angle, *, drum_radius, length, rolling_radius=None):
    """The way of a needle's tip while its drum rolls over it: a TipPath of along and depth, of the shape of the angles [m].

    angle: by which the drum has turned since the needle stood upright, a number or an array of any shape [rad]. drum_radius:
    r [m]. length: L of the needle [m]. rolling_radius: rho by which the drum moves on as it turns [m]; None = the drum's
    face. along = rho phi - (r + L) sin phi, depth = (r + L) cos phi - r. Raises ValueError for other arguments.
    """
    drum_radius, length = _positive(drum_radius, "drum_radius"), _positive(length, "length")
    rho = drum_radius if rolling_radius is None else _positive(rolling_radius, "rolling_radius")
    along, depth = _percuta.tip_path(drum_radius, length, rho, _si(angle, "rad", "angle"))
    return TipPath(_out(along, "m", "way of the tip along the motion", "mm"), _out(depth, "m", "depth of the tip below the surface", "mm"))


def _entry_and_sweep(length, drum_radius):
    lengths = _si(length, "m", "length")
    if lengths.size and lengths.min() <= 0.0:
        raise ValueError("length: lengths above 0 are wanted")
    return _percuta.entry_and_sweep(_positive(drum_radius, "drum_radius"), lengths)


def entry_angle(length, *, drum_radius):
    """Angle against the skin's normal at which the tip first touches: arccos(r/(r + L)), of the shape of the lengths [rad].

    length: L of needles, a number or an array of any shape [m]. drum_radius: r [m]. Raises ValueError for other arguments.
    """
    return _out(_entry_and_sweep(length, drum_radius)[0], "rad", "angle at which the tip first touches", "deg")


def half_sweep(length, *, drum_radius):
    """Half of what the shaft sweeps at the surface: r (tan phi0 - phi0), phi0 the entry angle, of the shape of the lengths [m].

    length: L of needles, a number or an array of any shape [m]. drum_radius: r [m]. Raises ValueError for other arguments.
    """
    return _out(_entry_and_sweep(length, drum_radius)[1], "m", "half of what the shaft sweeps at the surface", "um")
