"""Needle-skin interaction: depth, channel density and collagen response.

>>> import percuta as pc
>>> case = pc.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(passes_per_direction=4))
>>> r = pc.run(case.with_({"device.needle.length": "1.0 mm"}))                 # doctest: +SKIP
>>> r.insertion.pierced_depth, r.channels.density.to("1/cm^2")                 # doctest: +SKIP
>>> r.plot(), r.to_pandas(), r.healing.to_xarray(), r.save("out/roller")       # doctest: +SKIP
>>> pc.compare(case, {"skin": ["cheek", "forehead"]}).plot()                   # doctest: +SKIP

Make      Case, read_case, Skin, Layer, Needle, Device; skin, skins, device, devices and entries of the catalogue
Run       run the whole path, roll up to the channels, deliver through them, insert one needle by finite elements, compare, load, animate
Ask       claims: common statements, answered from a Result and from the evidence
Measure   overlay one's own curve on a result, measure what would bring them together, size a device for a target
Decide    sensitivity: which constants of healing decide an outcome, as shares of its variance
Laws      energy_level for arrays of displacements, Layer.uniaxial_pk1; percuta.rolling, percuta.channels for one's own points
Look up   explain a key, json_schema, case_template, data_folder; percuta.plots draws what .plot() does
Values    Result, Comparison, Quantity, Array, Claims (of Claim), Overlay, Sensitivity, Sizing, EnergyLevel; help(percuta.run) and so on says all of one

Values are in SI units. A single value is a percuta.Quantity: a float with unit ("m", "N", "Pa"; "1" for a share), spread
(standard deviation, or None), long_name, to("mm") and pint. Columns are percuta.Array: NumPy arrays with unit, long_name and
to("mm"). Sums of one unit, abs, min, max, mean and products with a plain number keep the unit; any other operation loses it.
Arguments are plain numbers in SI, texts ("1.0 mm"), or quantities of percuta or pint.

Overrides are values put over those of a case: {"device.needle.length": "1.0 mm"} or, nested,
{"device": {"needle": {"length": "1.0 mm"}}}. Those that compute release the interpreter lock for other threads.

percuta.InputError (a ValueError) says every mistake in a case at once, with line and remedy; percuta.Error (a RuntimeError) is of a
solve that gave up; ValueError, TypeError, OSError as usual; KeyboardInterrupt within about a second of Ctrl-C. What a progress
callable raises ends the call. Any other RuntimeError is a bug of ours.

Research and teaching software; it recommends no treatment.
"""

from . import _percuta
from ._api import (animate, case_template, compare, data_folder, deliver, device, devices, entries, explain, insert, json_schema, load, roll, run, skin,
                   skins)
from ._case import Case, read_case
from ._claims import Claim, Claims, claims
from ._inputs import Input, Inputs, View
from ._measure import Change, Misfit, Overlay, measure, overlay
from ._parts import Device, Layer, Layers, Needle, Skin
from ._percuta import Error, InputError
from ._percuta import version as __version__
from ._quantity import Quantity
from ._result import Comparison, Result, Section
from ._sensitivity import Sensitivity, Share, sensitivity
from ._size import Sizing, size

# What is for users. help(percuta) prints `__all__` in full, so that it has what a first look needs; the map above has the rest.
_LATER = {"Array": "_array", "EnergyLevel": "_energy", "energy_level": "_energy"}  # load NumPy
_MODULES = ("channels", "plots", "rolling")
_PUBLIC = ("run", "roll", "deliver", "insert", "compare", "load", "animate", "overlay", "measure", "sensitivity", "size", "claims", "energy_level", "Case", "read_case", "Skin", "Layer",
           "Needle", "Device", "skin", "device", "skins", "devices", "entries", "explain", "json_schema", "case_template", "data_folder", "Result",
           "Comparison", "Claim", "Claims", "Overlay", "Sensitivity", "Sizing", "EnergyLevel", "Quantity", "Array", "Error", "InputError")
__all__ = ["run", "compare"]

for _kind, _doc in ((Error, "A solve gave up, or a result cannot do what was asked of it; the text says what to try."),
                    (InputError, "A case file, an override or a name is wrong; the text has every mistake with its line and a remedy. key, file, line "
                                 "and hint are those of the first, diagnostics has them all.")):
    _kind.__module__, _kind.__doc__ = "percuta", _doc
for _kind in (Case, Claim, Claims, Input, Inputs, View, Skin, Layer, Layers, Needle, Device, Quantity, Comparison, Result, Section, Overlay, Misfit, Change, Sensitivity, Share, Sizing):
    _kind.__module__ = "percuta"



def __getattr__(name):
    # NumPy and matplotlib take longer to load than all the rest, and are loaded when they are asked for.
    import importlib

    if name in _LATER:
        found = getattr(importlib.import_module("." + _LATER[name], __name__), name)
        if isinstance(found, type):
            found.__module__ = "percuta"
        globals()[name] = found
        return found
    if name in _MODULES:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module 'percuta' has no attribute {name!r}")


def __dir__():
    return [*_PUBLIC, *_MODULES, "__all__", "__doc__", "__version__"]
