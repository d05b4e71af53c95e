"""From a target to a device."""

import json as _json
import os as _os

from . import _percuta
from ._case import Case
from ._inputs import table
from ._overrides import flattened
from ._progress import listener
from ._quantity import Quantity
from ._result import web_files


def _leaves(node):
    """A dictionary of summary.json with quantities for what has a unit."""
    if isinstance(node, dict) and set(node) >= {"value", "unit"}:
        return None if node["value"] is None else Quantity(node["value"], node["unit"], None, "", _PEOPLE.get(node["unit"], ""))
    if isinstance(node, dict):
        return {name: _leaves(item) for name, item in node.items()}
    return [_leaves(item) for item in node] if isinstance(node, list) else node


_PEOPLE = {"m": "mm", "1/m^2": "/cm^2"}


class Sizing:
    """Which device reaches a target: what `size` gives.

    reached: whether the target is met. case: the Case of the device, or of the nearest. words: the answer in sentences. design: what
    was chosen, reaches: what its run gives, limits: how it stands to each limit; dictionaries of percuta.Quantity and numbers [SI].
    relaxed: limits of which each alone stands in the way, and what it would have to be. front: the same for more and fewer passes.
    warnings: of the case. summary: all of it, as in size.json.
    """

    def __init__(self, summary, words, found, native=None):
        self.summary, self.words, self._found, self._native = summary, words, found, native
        self.case = Case.from_toml(found, "found.toml")
        self.reached, self.warnings = summary["reached"], summary["warnings"]
        best = _leaves(summary["device"])
        self.design, self.reaches, self.limits = best["design"], best["run"], best["limits"]
        self.relaxed, self.front = _leaves(summary["relaxed"]), _leaves(summary["front"])

    def to_pandas(self):
        """The front as a pandas.DataFrame, a row for each device: design, what the search said and what its run gave, in SI. Units are
        in .attrs["units"]. Raises ImportError without pandas.
        """
        import pandas

        rows, units = [], {}
        for point in self.front:
            row = {}
            for part in ("design", "search", "run"):
                for name, value in point[part].items():
                    units[f"{part}.{name}"] = getattr(value, "unit", "1")
                    row[f"{part}.{name}"] = float(value) if isinstance(value, Quantity) else value
            rows.append(row)
        out = pandas.DataFrame(rows)
        out.attrs["units"] = units
        return out

    def plot(self):
        """Depth, density and load over the passes of the front, beside what is wanted, in units that people use. Returns the list of
        axes. ImportError without matplotlib.
        """
        from . import plots

        return plots.sizing(self)

    def save(self, folder, overwrite=False):
        """Writes size.json, found.toml and report.html into a folder. overwrite: replace one that holds something. Raises OSError when
        the folder holds something or cannot be written, Error for one that was unpickled.
        """
        if self._native is None:
            raise _percuta.Error("this answer was unpickled, and only that of a search can write files; search again, or copy the folder")
        self._native.save(str(folder), overwrite, *web_files())

    def __repr__(self):
        return f"<percuta.Sizing: {' '.join(self.words)}>"

    def _repr_html_(self):
        rows = [(name, limit.get("wanted"), limit.get("reached"), "yes" if limit.get("met") else "no") for name, limit in self.limits.items()]
        return table(("limit", "wanted", "reached", "met"), rows, " ".join(self.words))

    def __reduce__(self):
        return Sizing, (self.summary, self.words, self._found)


def size(target, overrides=None, progress=None):
    """Which device reaches a depth and a density of channels within limits of passes, load and strength: a Sizing, as `percuta size`.

    target: path of a case file with the tables [target], [vary] and [search], or the name of an example of entries("targets"); or a
    Case, with the tables in overrides: {"target": {"depth": "0.6 mm", "density": "200 /cm^2"}, "vary": {"length": ["0.5 mm", "2 mm"]}};
    explain("target") has the keys. overrides: values put over it. progress: as of run.

    Searches, and runs again what it found, in seconds to minutes; the same numbers each time. Raises InputError for a bad target,
    OSError when data cannot be read, Error when a solve gives up.
    """
    pairs = flattened(overrides)
    if isinstance(target, Case):
        text, kept = target._parts()
        with listener(progress) as heard:
            native = _percuta.size_of_text(text, target._name, [*kept, *pairs], heard)
    else:
        with listener(progress) as heard:
            native = _percuta.size_of_file(_os.fspath(target), list(pairs), heard)
    summary = _json.loads(native.json())
    return Sizing(summary, native.words(), native.found, native)
