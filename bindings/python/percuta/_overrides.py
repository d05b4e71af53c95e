"""Python values as the text that a case file would have."""

import json as _json
from collections.abc import Mapping as _Mapping

import numpy as _numpy


def _quoted(text):
    # TOML has JSON's escapes, and of characters that must be escaped DEL beside them.
    return _json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _written(value, key, in_list=False):
    if isinstance(value, (_numpy.generic, _numpy.ndarray)):
        value = value.tolist()
    if isinstance(value, str):
        return _quoted(value) if in_list else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, _Mapping) and in_list:
        return "{ " + ", ".join(f"{name} = {_written(item, key, True)}" for name, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(item, key, True) for item in value) + "]"
    raise TypeError(f"{key}: {value!r} is neither a text, a number, a truth value nor a list of them")


def flattened(overrides, above=""):
    """Pairs (dotted key, text) of a dictionary of overrides, which may hold further ones: {"device": {"needle": {"length": "1 mm"}}} gives
    ("device.needle.length", "1 mm"). Raises TypeError with the key for what no case file can hold.
    """
    if overrides is None:
        return []
    if not isinstance(overrides, _Mapping):
        raise TypeError(f"overrides: a dictionary is wanted, as {{'device.needle.length': '1.0 mm'}}, not {overrides!r}")
    pairs = []
    for key, value in overrides.items():
        if not isinstance(key, str):
            raise TypeError(f"{above.rstrip('.') or 'overrides'}: keys are texts, not {key!r}")
        path = above + key
        pairs += flattened(value, path + ".") if isinstance(value, _Mapping) else [(path, _written(value, path))]
    return pairs
