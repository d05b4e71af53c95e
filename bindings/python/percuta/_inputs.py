"""What a case holds: a table of inputs, and views of it by name."""

import difflib
import functools
import html
import json
import math
from collections.abc import Mapping
from typing import NamedTuple

from . import _percuta
from ._overrides import quoted
from ._quantity import Quantity


class Tidy(type):
    """A class whose help and completion list what users call, and no special methods."""

    def __dir__(cls):
        return [name for name in super().__dir__() if not name.startswith("_")]


def nearest(name, names):
    """"; did you mean 'x'?" of a name that is none of these, else the list of them."""
    near = difflib.get_close_matches(str(name), list(names), 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names)}"


def table(head, rows, title=""):
    """Rows of texts as a table in HTML."""
    def cells(row, tag):
        return "".join(f'<{tag} style="text-align:left">{html.escape(str(cell))}</{tag}>' for cell in row)

    caption = f'<caption style="text-align:left">{html.escape(title)}</caption>' if title else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table>{caption}<thead><tr>{cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


@functools.cache
def _kinds():
    return {key["path"]: key["kind"] for key in _percuta.case_keys()}


def _from_toml(text):
    """A list as it is written in a case file; the text itself where it cannot be read."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        import tomllib

        return tomllib.loads(f"value = {text}")["value"]
    except (ImportError, ValueError):
        return text


class Input(NamedTuple):
    """One value that a case holds.

    path: its key. written: as a case file has it, "1.5 mm". si: the number in SI, NaN of texts and lists. unit: the SI unit.
    sentence: what it is. source, evidence, spread: as its catalogue or case says, "" where it does not. origin: file and line,
    or "default". given: whether the case itself gives it, and no catalogue or default.
    """

    path: str
    written: str
    si: float
    unit: str
    sentence: str
    source: str
    evidence: str
    spread: str
    origin: str
    given: bool

    @property
    def kind(self):
        """What is accepted: quantity, number, integer, flag, text, choice, list or records."""
        declared = _kinds().get(self.path)
        if declared:
            return declared
        # Of a layer with a name of one's own.
        if not math.isfinite(self.si):
            return "records" if self.written.startswith("[") else "text"
        if not self.unit:
            return "flag"
        written = _percuta.parse_quantity(self.written)
        return "number" if written and not written[1] else "quantity"

    @property
    def value(self):
        """As a Python value: a Quantity, a number, True or False, a list or a text."""
        kind = self.kind
        if kind in ("list", "records"):
            return _from_toml(self.written)
        if kind == "flag":
            return self.written == "true"
        if kind == "integer":
            return int(self.si)
        if kind == "number":
            return self.si
        written = _percuta.parse_quantity(self.written) if kind == "quantity" else None
        return Quantity(self.si, self.unit, self._deviation(), self.sentence, written[1]) if written else self.written

    def _deviation(self):
        """The spread where it is one quantity, and not a range or words [SI]."""
        spread = _percuta.parse_quantity(self.spread)
        unit = _percuta.unit(spread[1]) if spread else None
        return spread[0] * unit[2] if unit and unit[1] == _percuta.unit(self.unit)[1] else None


class Inputs(Mapping):
    """Every value of a case by its key, as Input: inputs["device.needle.length"].source. Wrong keys raise KeyError with the nearest."""

    def __init__(self, inputs):
        self._by_path = {one.path: one for one in inputs}

    def __getitem__(self, path):
        try:
            return self._by_path[path]
        except KeyError:
            raise KeyError(f"no input {path!r}{nearest(path, self._by_path)}") from None

    def __iter__(self):
        return iter(self._by_path)

    def __len__(self):
        return len(self._by_path)

    def __repr__(self):
        return "\n".join(f"{one.path} = {one.written}" + (f"  [{one.source}]" if one.source else "") for one in self.values())

    def _repr_html_(self):
        return table(("key", "value", "what it is", "source", "evidence", "spread"),
                     [(one.path, one.written, one.sentence, one.source, one.evidence, one.spread) for one in self.values()])

    def to_pandas(self):
        """A pandas.DataFrame with a row for each key: value as written, in SI, its unit, what it is, source, evidence class and spread."""
        import pandas

        return pandas.DataFrame([one._asdict() for one in self.values()], columns=Input._fields).set_index("path")


class View:
    """Some inputs of a case by name, read only: view.layers["reticular_dermis"].shear_modulus. Values are quantities with their
    unit, numbers, texts and lists. Wrong names raise AttributeError or KeyError with the nearest.

    inputs: the same as a table, with sources.
    """

    __slots__ = ("_inputs", "_names", "_prefix")

    def __init__(self, inputs, prefix=""):
        below = prefix + "." if prefix else ""
        names = {}  # in order
        for path in inputs:
            if path.startswith(below):
                names.setdefault(path[len(below):].split(".")[0])
        for name, value in (("_inputs", inputs), ("_prefix", below), ("_names", tuple(names))):
            object.__setattr__(self, name, value)

    def __setattr__(self, name, value):
        raise AttributeError(f"{name}: this is a view and does not change; Case.with_ makes a case with other values")

    @property
    def inputs(self):
        """The inputs below this one as a table: value, unit, source, evidence class and spread by path."""
        return Inputs(one for path, one in self._inputs.items() if path.startswith(self._prefix))

    def __getitem__(self, name):
        if name not in self._names:
            raise KeyError(f"no {self._prefix}{name}{nearest(name, self._names)}")
        found = self._inputs.get(self._prefix + name) if self._prefix + name in self._inputs else None
        return found.value if found is not None else view(self._inputs, self._prefix + name)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as e:
            raise AttributeError(e.args[0]) from None

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __contains__(self, name):
        return name in self._names

    def keys(self):
        """Names of what there is."""
        return self._names

    def items(self):
        """Pairs of name and value."""
        return [(name, self[name]) for name in self._names]

    def __dir__(self):
        return [*super().__dir__(), *self._names]

    def __eq__(self, other):
        return self._key() == other._key() if isinstance(other, View) else NotImplemented

    def __hash__(self):
        return hash(self._key())

    def _key(self):
        below = len(self._prefix)
        return tuple(sorted((path[below:], one.si if one.si == one.si else one.written) for path, one in self.inputs.items()))

    def __repr__(self):
        return f"<{self._prefix.rstrip('.') or 'case'}: {', '.join(self._names)}>"

    def _repr_html_(self):
        return self.inputs._repr_html_()

    def __reduce__(self):
        return view, (dict(self.inputs), self._prefix.rstrip("."))


# Classes of the views that can do more than be looked at, by their place; "*" stands for any name.
VIEWS = {}


def view(inputs, prefix=""):
    """The view of what lies below a path."""
    kind = VIEWS.get(prefix) or VIEWS.get(prefix.rpartition(".")[0] + ".*") or View
    made = kind.__new__(kind)
    View.__init__(made, inputs, prefix)
    return made


def leaf(one):
    """A value as a case file has it, with what is said of it."""
    plain = one.kind in ("number", "integer", "flag", "list", "records")
    value = one.written if plain else quoted(one.written)
    said = [(name, getattr(one, name)) for name in ("source", "evidence", "spread") if getattr(one, name)]
    if not said:
        return value
    return "{ " + ", ".join([f"value = {value}", *(f"{name} = {quoted(text)}" for name, text in said)]) + " }"
