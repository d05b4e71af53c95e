"""One needle in skin at the energy level, for arrays of displacements."""

import numpy as _numpy

from . import _percuta
from ._parts import as_needle, as_skin
from ._progress import listener
from ._quantity import Quantity
from ._units import out, si


class EnergyLevel:
    """What energy_level gives: force and pierced depth of one needle on its way in.

    Displacements are numbers or arrays of any shape, in metres unless they carry a unit, from 0 to `buried_displacement`; answers have
    that shape, a percuta.Quantity of a single one, else a percuta.Array [SI]. ValueError beyond. skin, needle, cell_radius: that it is of.
    """

    def __init__(self, skin, needle, cell_radius, native):
        self.skin, self.needle, self.cell_radius, self._native = skin, needle, cell_radius, native

    def _displacement(self, values):
        values, most = si(values, "m", "displacement", 0.0), self._native.buried_displacement
        if values.size and values.max() > most * (1.0 + 1e-9):
            raise ValueError(f"displacement: {values.max():g} m is out of range (allowed to {most:g} m, where the needle is in to its base)")
        return values

    def _depth(self, values):
        values, most = si(values, "m", "pierced_depth", 0.0), self._native_length
        if values.size and values.max() > most * (1.0 + 1e-9):
            raise ValueError(f"pierced_depth: {values.max():g} m is out of range (allowed to the needle's length, {most:g} m)")
        return values

    @property
    def _native_length(self):
        return float(self.needle.length)

    def force(self, displacement):
        """Force on the needle at displacements of its tip [m]: [N]. It drops where the surface opens."""
        return out(self._native.force(self._displacement(displacement)), "N", "force on the needle", "mN")

    def pierced_depth(self, displacement):
        """Pierced depth at displacements of the tip [m]: 0 until the surface opens [m]."""
        return out(self._native.pierced_depth(self._displacement(displacement)), "m", "pierced depth", "mm")

    def deflection(self, displacement):
        """How far the surface is pushed in at displacements of the tip [m]: displacement less pierced depth [m]."""
        return out(self._native.deflection(self._displacement(displacement)), "m", "deflection of the surface", "mm")

    def indentation_force(self, displacement):
        """Force on the same skin that does not open at displacements of the tip [m]: [N]."""
        return out(self._native.indentation_force(si(displacement, "m", "displacement", 0.0)), "N", "force on unpierced skin", "mN")

    def crack_force(self, pierced_depth):
        """Force that drives the crack on at pierced depths up to the needle's length [m], without friction: [N]."""
        return out(self._native.crack_force(self._depth(pierced_depth)), "N", "force on the crack", "mN")

    def friction_force(self, pierced_depth):
        """Friction along the needle at pierced depths up to its length [m]: [N]."""
        return out(self._native.friction_force(self._depth(pierced_depth)), "N", "friction along the needle", "mN")

    def slit_length(self, pierced_depth):
        """Length of the slit at the surface at pierced depths up to the needle's length [m]: [m]."""
        return out(2.0 * self._native.slit_half_length(self._depth(pierced_depth)), "m", "length of the slit at the surface", "um")

    def extrapolates(self, displacement):
        """Whether the skin's answer at displacements of the tip [m] goes on beyond what was solved: True or False, an array of them."""
        flags = _numpy.asarray(self._native.extrapolates(self._displacement(displacement)), dtype=bool)
        return bool(flags) if flags.ndim == 0 else flags

    @property
    def puncture_force(self):
        """Force at which the surface opens, a percuta.Quantity [N]."""
        return Quantity(self._native.puncture_force, "N", None, "force that opens the surface", "mN")

    @property
    def puncture_displacement(self):
        """Displacement of the tip at which the surface opens, a percuta.Quantity [m]."""
        return Quantity(self._native.puncture_displacement, "m", None, "displacement that opens the surface", "mm")

    @property
    def buried_displacement(self):
        """Displacement of the tip at which the needle is in to its base, up to which answers hold, a percuta.Quantity [m]."""
        return Quantity(self._native.buried_displacement, "m", None, "displacement at which the needle is in to its base", "mm")

    def __repr__(self):
        return f"<percuta.EnergyLevel: opens at {self.puncture_force} and {self.puncture_displacement}, in to its base at {self.buried_displacement}>"

    def __reduce__(self):
        return energy_level, (self.skin, self.needle, self.cell_radius, False)


def energy_level(skin, needle, cell_radius=None, progress=None):
    """One needle in a skin at the energy level, ready to answer for arrays: an EnergyLevel.

    skin: a Skin, or the name of one. needle: a Needle, alone on the skin; or a Device, or the name of one: a needle of it in its
    share of the skin, its base left out. cell_radius: of that share [m]; None takes the device's, 0 a needle alone. progress: as of run.

    What the skin puts up against a needle alone is solved by finite elements, in seconds; that of the devices and skins of the
    catalogue is in tables. The slow response: a case's speed makes skin stiffer. The insertion of the level, its validity and
    limits: explain("insertion.level"), `percuta list models`. Raises InputError for a bad part, ValueError and TypeError for other
    arguments, OSError without percuta_fem where it is needed, Error when a solve gives up.
    """
    skin = as_skin(skin)
    needle, cell = as_needle(needle)
    cell = cell if cell_radius is None else float(si(cell_radius, "m", "cell_radius", 0.0))
    with listener(progress) as heard:
        native = _percuta.energy_level(skin._native(), needle._native(), cell, heard)
    return EnergyLevel(skin, needle, cell, native)
