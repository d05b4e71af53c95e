"""Numbers and arrays at the border of functions: in by any unit, out with theirs."""

import numpy as _numpy

from . import _percuta
from ._array import Array
from ._quantity import Quantity, converted


def si(value, unit, name, low=None):
    """A number or array as floats in SI. Plain numbers are in SI already; a text has its unit, as do Quantity, Array and quantities of pint.

    low: least value that is allowed. Raises ValueError with the name for another dimension, what is not finite or too small.
    """
    own = getattr(value, "unit", "")
    if isinstance(value, str):
        written = _percuta.parse_quantity(value)
        if written is None:
            raise ValueError(f"{name}: {value!r} is no quantity; write for example \"1.0 {unit}\"")
        value, own = written
    elif hasattr(value, "m_as"):
        value = value.m_as(unit if unit != "1" else "")
    try:
        out = _numpy.asarray(value, dtype=float) if value is not None else None
    except (TypeError, ValueError):
        out = None
    if out is None:
        raise TypeError(f"{name}: a number or an array of numbers is wanted, not {value!r}")
    if own:
        try:
            out = _numpy.asarray(converted(out.view(_numpy.ndarray), own, unit))
        except ValueError as e:
            raise ValueError(f"{name}: {e}") from None
    if not _numpy.isfinite(out).all():
        raise ValueError(f"{name}: {'the values are' if out.ndim else 'the value is'} not finite")
    if low is not None and out.size and out.min() < low:
        raise ValueError(f"{name}: {out.min():g} {'' if unit == '1' else unit} is out of range (allowed from {low:g})".replace("  ", " "))
    return out.view(_numpy.ndarray)


def out(values, unit, long_name, people=""):
    """A Quantity for a single value, else an Array."""
    values = _numpy.asarray(values)
    return Quantity(float(values), unit, None, long_name, people) if values.ndim == 0 else Array(values, unit, long_name)
