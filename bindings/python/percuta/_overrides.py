"""Python values as the text that a case file would have."""

import json as _json
import sys as _sys
from collections.abc import Mapping as _Mapping

from . import _percuta
from ._quantity import Quantity as _Quantity


def quoted(text):
    """A text as TOML has it."""
    # TOML has JSON's escapes, and of characters that must be escaped DEL beside them.
    return _json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _of_numpy(value):
    """Whether this is a number or an array of NumPy, which need not be loaded to know."""
    numpy = _sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.generic, numpy.ndarray))


def _of_pint(value, key):
    """A quantity of the package pint as text: in its own unit where case files know it, else in SI. Raises TypeError where they
    know no unit of its dimension."""
    number, units = float(value.magnitude), f"{value.units:~}".replace(" ", "").replace("**", "^")
    if _percuta.unit(units) is not None:
        return f"{number!r} {units}"
    if value.dimensionless:  # before the units: an angle is without dimension, and every number an angle
        return repr(float(value.m_as("")))
    for symbol, _, si in _percuta.units():
        if si == 1.0 and value.is_compatible_with(symbol):
            return f"{float(value.m_as(symbol))!r} {symbol}"
    raise TypeError(f"{key}: case files know no unit of the dimension of {value!r}")


def _written(value, key, in_list=False):
    if isinstance(value, _Quantity):
        value = float(value) if value.unit == "1" else f"{float(value)!r} {value.unit}"
    elif hasattr(value, "magnitude") and hasattr(value, "m_as"):
        value = _of_pint(value, key)
        value = float(value) if value.count(" ") == 0 else value
    elif _of_numpy(value):
        if getattr(value, "ndim", 0) and getattr(value, "unit", "") not in ("", "1"):
            value = [_Quantity(item, value.unit) for item in value.tolist()]
        else:
            value = value.tolist()
    if isinstance(value, str):
        return quoted(value) if in_list else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, _Mapping) and in_list:
        return "{ " + ", ".join(f"{name} = {_written(item, key, True)}" for name, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item, key, True) for item in value) + "]"
    raise TypeError(f"{key}: {value!r} is neither a text, a number, a truth value nor a list of them")


class Pairs(list):
    """Pairs (dotted key, text). replaced: paths below which nothing else that was said holds any longer."""

    def __init__(self, pairs=(), replaced=()):
        super().__init__(pairs)
        self.replaced = tuple(replaced)


_SAID = {"value", "source", "evidence", "spread"}


def _stack(layers, path):
    """Layers from the surface down: names, values of the class Layer, or dictionaries with a name and the keys of one."""
    out, order = Pairs(), []
    for layer in layers:
        if isinstance(layer, _Mapping):
            name, value = layer.get("name"), {key: item for key, item in layer.items() if key != "name"}
        else:
            name, value = (layer, {}) if isinstance(layer, str) else (getattr(layer, "name", None), layer)
        if not isinstance(name, str):
            raise TypeError(f"{path}: each layer has a name: percuta.Layer(\"tape_1\", ...), a dictionary with \"name\", or the name alone; not {layer!r}")
        order.append(name)
        out += flattened({name: value}, path + ".")
    return Pairs([(path.rpartition(".")[0] + ".order", _written(order, path)), *out])


def flattened(overrides, above=""):
    """Pairs (dotted key, text) of a dictionary of overrides, which may hold further ones: {"device": {"needle": {"length": "1 mm"}}} gives
    ("device.needle.length", "1 mm"). Raises TypeError with the key for what no case file can hold.
    """
    pairs = Pairs()
    if overrides is None:
        return pairs
    if not isinstance(overrides, _Mapping):
        raise TypeError(f"overrides: a dictionary is wanted, as {{'device.needle.length': '1.0 mm'}}, not {overrides!r}")
    for key, value in overrides.items():
        if not isinstance(key, str):
            raise TypeError(f"{above.rstrip('.') or 'overrides'}: keys are texts, not {key!r}")
        path = above + key
        part = getattr(value, "_as_pairs", None)
        if path == "needle" and (part or isinstance(value, _Mapping)):
            path = "device.needle"
        if part:
            pairs += part(path)
            pairs.replaced += (path,)
        elif path == "skin.layers" and isinstance(value, (list, tuple)):
            pairs += _stack(value, path)
        elif isinstance(value, _Mapping) and "value" in value and set(value) <= _SAID:
            pairs.append((path, _written({"value": value["value"], **value}, path, True)))
        elif isinstance(value, _Mapping):
            below = flattened(value, path + ".")
            pairs += below
            pairs.replaced += below.replaced
        else:
            pairs.append((path, _written(value, path)))
    return pairs
