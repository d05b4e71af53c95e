"""Cases as values: a text of TOML with other values put over it, checked when it is made."""

import os

from . import _percuta
from ._inputs import Input, Inputs, Tidy, View, leaf, table, view
from ._overrides import Pairs, flattened

_EMPTY = "# every value stands over this text\n"
_LARGEST = 1 << 20  # of a case file; one more byte is enough to know that it is too large [bytes]


class Case(metaclass=Tidy):
    """A skin, a device and a protocol: what `run` takes. It is checked when it is made, and does not change.

    values: what a case file would hold, as keywords or as a dictionary, nested or with dotted keys: Case({"device.needle.length":
    "1.0 mm"}, skin="cheek", device="mf8-1.5mm"). Quantities are texts with their unit, percuta.Quantity or quantities of the
    package pint. skin, device and needle may be a Skin, a Device and a Needle, which take the place of all that was said of one.
    Every key is an attribute too, case.device.needle.length; those with a unit are percuta.Quantity, in SI; case.skin is a Skin,
    case.device a Device.

    Two cases are equal when every input is. Raises InputError for a bad value, a missing or unknown key (every mistake at once,
    the nearest name with it), TypeError for what no case file can hold.
    """

    __slots__ = ("_cached", "_inputs", "_name", "_native", "_pairs", "_row", "_text")

    def __init__(self, values=None, /, **keys):
        self._set(_EMPTY, "case", _merged(values, keys))
        self._checked()

    def _set(self, text, name, pairs, row=False, native=None):
        for slot, value in (("_text", text), ("_name", name), ("_pairs", tuple(pairs)), ("_row", row), ("_native", native), ("_inputs", None),
                            ("_cached", None)):
            object.__setattr__(self, slot, value)

    @classmethod
    def _made(cls, *state):
        case = cls.__new__(cls)
        case._set(*state)
        return case

    @classmethod
    def from_toml(cls, text, name="case"):
        """The case of a text as a case file has it. name: stands in what is said of mistakes. Raises InputError."""
        case = cls._made(text, name, ())
        case._checked()
        return case

    @classmethod
    def _read(cls, path, pairs=()):
        """The case in a file, with pairs of key and text over it. Raises InputError, for a file that cannot be read too."""
        path = os.fspath(path)
        if not os.path.isfile(path) and os.sep not in path:
            path = _percuta.entry_file("cases", path) or path
        if not os.path.isfile(path):
            native = _percuta.Case.read(path, list(pairs), False)
            return cls._made(None, path, pairs, False, native)
        try:
            with open(path, "rb") as file:
                text = file.read(_LARGEST + 1)
        except OSError:
            _percuta.Case.read(path, [], False)  # says it as of every file
            raise
        case = cls._made(text, path, pairs)
        case._checked()
        object.__setattr__(case, "_text", text.decode("utf-8"))
        return case

    def _parts(self):
        """Text, and the pairs over it; what was read from no plain file has only the text of its values."""
        return (self._text, self._pairs) if self._text is not None else (self.to_toml(), ())

    def _checked(self):
        """What the library computes with."""
        if self._native is None:
            object.__setattr__(self, "_native", _percuta.Case(self._text, self._name, list(self._pairs), self._row))
        return self._native

    def _with_pairs(self, pairs, row=False):
        """The same with texts for some keys; a row of a comparison compares nothing more."""
        text, kept = self._parts()
        replaced = getattr(pairs, "replaced", ())
        if any(one.given and _below(path, replaced) for path, one in self.inputs.items()):
            # A skin or a device as a value takes the place of all that was said of one.
            text, kept = _EMPTY, [(path, leaf(one)) for path, one in self.inputs.items() if one.given and not _below(path, replaced)]
        keys = {key for key, _ in pairs}
        case = Case._made(text, self._name, [*(pair for pair in kept if pair[0] not in keys), *pairs], row or self._row)
        case._checked()
        return case

    def with_(self, values=None, /, **keys):
        """A case with other values, given as to Case: case.with_({"device.needle.length": "1.0 mm"}) or
        case.with_(device=dict(needle=dict(length="1.0 mm"))). Raises InputError and TypeError as Case does.
        """
        return self._with_pairs(_merged(values, keys))

    def _rows(self, vary):
        """Label and pairs of each row of a comparison."""
        return self._checked().rows(vary)

    @property
    def inputs(self):
        """Every value as a table by key: as written, in SI, what it is, source, evidence class, spread, and where it comes from."""
        if self._inputs is None:
            object.__setattr__(self, "_inputs", Inputs(Input(**one) for one in self._checked().inputs()))
        return self._inputs

    def to_toml(self):
        """A case file that gives this case: the text that was read where no value was put over it, else every value that was given,
        without remarks. Files that it names are those beside the one that was read.
        """
        if self._text and not self._pairs and not self._row:
            return self._text
        lines, table_ = [], None
        given = [one for one in self.inputs.values() if one.given]
        for one in sorted(given, key=lambda one: (one.path.count(".") > 0, one.path.rpartition(".")[0])):
            above, _, name = one.path.rpartition(".")
            if above != table_ and above:
                lines += ["", f"[{above}]"]
            table_ = above
            lines.append(f"{name} = {leaf(one)}")
        return "\n".join(lines).strip() + "\n"

    def _key(self):
        if self._cached is None:
            key = tuple(sorted((one.path, one.si if one.si == one.si else one.written) for one in self.inputs.values()))
            object.__setattr__(self, "_cached", key)
        return self._cached

    def __eq__(self, other):
        return self._key() == other._key() if isinstance(other, Case) else NotImplemented

    def __hash__(self):
        return hash(self._key())

    def __setattr__(self, name, value):
        raise AttributeError(f"{name}: a case does not change; with_ makes one with other values")

    def __delattr__(self, name):
        raise AttributeError(f"{name}: a case does not change")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return view(self.inputs).__getattr__(name)

    def __dir__(self):
        return [*(name for name in super().__dir__() if not name.startswith("_") or name.startswith("__")), *View(self.inputs)]

    def __repr__(self):
        given = ", ".join(f"{one.path}={one.written!r}" for one in self.inputs.values() if one.given and one.path != "title")
        return f"<percuta.Case{' ' + repr(self._checked().title) if self._checked().title else ''}: {given}>"

    def _repr_html_(self):
        given = [(one.path, one.written, one.sentence) for one in self.inputs.values() if one.given]
        return table(("key", "value", "what it is"), given, self._checked().title or "Case")

    def __reduce__(self):
        text, pairs = self._parts()
        return Case._made, (text, self._name, pairs, self._row)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


def _below(path, prefixes):
    return any(path == prefix or path.startswith(prefix + ".") for prefix in prefixes)


def _merged(values, keys):
    out, first, then = {}, flattened(values), flattened(keys)
    for key, text in [*first, *then]:
        out.pop(key, None)
        out[key] = text
    return Pairs(out.items(), first.replaced + then.replaced)


def read_case(path):
    """The Case in a file, or of an example by its name: read_case("cheek-medical-roller"). entries("cases") has the names.
    Raises InputError for a bad case (every mistake at once, with line and remedy) and for a file that cannot be read.
    """
    return Case._read(os.fspath(path))


def case_of(case, pairs=()):
    """What a function that computes was given as a case: one, a path, or the name of an example; with pairs over it."""
    if isinstance(case, Case):
        return case._with_pairs(pairs) if pairs else case
    if getattr(pairs, "replaced", ()):
        return Case._read(os.fspath(case))._with_pairs(pairs)
    return Case._read(os.fspath(case), pairs)
