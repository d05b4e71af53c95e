"""NumPy arrays that know their unit, and lose it rather than carry a wrong one."""

import numpy as _numpy

from ._quantity import Quantity as _Quantity
from ._quantity import converted as _converted

# Of these the result has the unit of the operands when they all have the same.
_SAME_UNIT = {_numpy.add, _numpy.subtract, _numpy.maximum, _numpy.minimum, _numpy.fmax, _numpy.fmin, _numpy.hypot, _numpy.negative, _numpy.positive,
              _numpy.absolute, _numpy.fabs, _numpy.conjugate, _numpy.rint, _numpy.floor, _numpy.ceil, _numpy.trunc}
_SCALING = {_numpy.multiply, _numpy.true_divide}
_REDUCTIONS = {_numpy.add, _numpy.maximum, _numpy.minimum, _numpy.fmax, _numpy.fmin}

# NumPy's functions that are no ufuncs and whose result is made of values, sums or means of the first argument.
_KEEPING = {getattr(_numpy, name) for name in (
    "amax", "amin", "around", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "average", "broadcast_to", "compress", "copy", "cumsum", "delete",
    "diag", "diagonal", "diff", "expand_dims", "extract", "flip", "fliplr", "flipud", "hsplit", "max", "mean", "median", "min", "moveaxis", "nancumsum",
    "nanmax", "nanmean", "nanmedian", "nanmin", "nansum", "partition", "ptp", "ravel", "real", "repeat", "reshape", "roll", "rollaxis", "rot90", "round",
    "sort", "split", "squeeze", "sum", "swapaxes", "take", "take_along_axis", "tile", "trace", "transpose", "tril", "triu", "vsplit")
    if hasattr(_numpy, name)}


def _labels(array):
    return (array.unit, array.long_name) if isinstance(array, (Array, _Quantity)) else ("", "")


def _is_plain_number(value):
    # A NumPy float may be an element taken out of an Array, whose unit is no longer known; NumPy's integers count.
    return isinstance(value, (int, float, _numpy.integer)) and not isinstance(value, (_numpy.floating, _Quantity))


def _labels_of(ufunc, method, operands):
    """Unit and name of what a ufunc gives for operands, both "" where they are not known to be right."""
    if method in ("reduce", "accumulate", "reduceat"):
        return _labels(operands[0]) if ufunc in _REDUCTIONS else ("", "")
    if method == "at":  # array, places, and mostly a second operand
        operands = operands[::2]
    units, names = zip(*(_labels(operand) for operand in operands))
    if ufunc in _SAME_UNIT and len(set(units)) == 1:
        return units[0], names[0] if len(set(names)) == 1 else ""
    if ufunc in _SCALING and len(operands) == 2:
        if _is_plain_number(operands[1]):
            return units[0], names[0]
        if ufunc is _numpy.multiply and _is_plain_number(operands[0]):
            return units[1], names[1]
    return "", ""


def _without_unit(value):
    if isinstance(value, Array):
        return Array(value)
    if isinstance(value, (tuple, list)) and any(isinstance(item, Array) for item in value):
        items = [_without_unit(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


class Array(_numpy.ndarray):
    """A NumPy array that knows its unit and what it is.

    unit: SI symbol as text ("m", "N", "Pa"; "1" for a share). long_name: what the values are, in words.

    Slices, copies and pickles keep both. So do sums and differences of arrays of one unit, abs, min, max, mean, sum, and
    products with a plain number. Every other operation gives an array whose unit is "", never a wrong one; comparisons give
    plain arrays. A single element, a[0], is a plain number.
    """

    unit = ""
    long_name = ""

    def __new__(cls, values, unit="", long_name=""):
        array = _numpy.asarray(values).view(cls)
        array.unit, array.long_name = unit, long_name
        return array

    def __array_finalize__(self, other):
        # Of another kind are indices and answers made from an array (argsort, searchsorted), not its values.
        if getattr(other, "dtype", self.dtype).kind == self.dtype.kind:
            self.unit, self.long_name = _labels(other)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        def plain(value):
            return value.view(_numpy.ndarray) if isinstance(value, Array) else value

        unit, long_name = _labels_of(ufunc, method, inputs)
        if out is not None:
            keywords["out"] = tuple(plain(value) for value in out)
        result = super().__array_ufunc__(ufunc, method, *(plain(value) for value in inputs), **keywords)
        if result is NotImplemented:
            return result
        changed = [value for value in out or () if value is not None] + ([inputs[0]] if method == "at" else [])
        for value in changed:
            if isinstance(value, Array):
                value.unit, value.long_name = unit, long_name

        def labelled(value, place):
            if out is not None and place < len(out) and out[place] is not None:
                return out[place]
            is_array = type(value) is _numpy.ndarray and value.dtype.kind != "b"
            is_quantity = isinstance(value, _numpy.number) and unit != ""
            return Array(value, unit, long_name) if is_array or is_quantity else value

        if isinstance(result, tuple):
            return tuple(labelled(value, place) for place, value in enumerate(result))
        return labelled(result, 0)

    def __array_function__(self, function, types, arguments, keywords):
        result = super().__array_function__(function, types, arguments, keywords)
        out = keywords.get("out")
        if function in _KEEPING:
            return result
        if out is not None and result is out:
            if isinstance(out, Array):
                out.unit, out.long_name = "", ""
            return out
        return _without_unit(result)

    def to(self, unit):
        """A copy in another unit of the same dimension: a.to("mm"). Raises ValueError for any other, and where there is no unit."""
        return Array(_converted(self.view(_numpy.ndarray), self.unit, unit), unit, self.long_name)

    # These two methods of NumPy ask neither of the above: one would keep a wrong unit, one lose the right one.

    def dot(self, other, out=None):
        return _numpy.dot(self, other, out=out)

    def round(self, decimals=0, out=None):
        result = self.view(_numpy.ndarray).round(decimals, out)
        return result if out is not None else Array(result, self.unit, self.long_name)

    def __reduce__(self):
        function, arguments, state = super().__reduce__()
        return function, arguments, (state, self.unit, self.long_name)

    def __setstate__(self, state):
        values, self.unit, self.long_name = state
        super().__setstate__(values)
