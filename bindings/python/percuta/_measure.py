"""Curves of one's own beside the model."""

import json as _json
import os as _os
from typing import NamedTuple as _NamedTuple

from . import _percuta
from ._case import case_of
from ._overrides import flattened
from ._progress import listener
from ._quantity import Quantity
from ._result import table


class Misfit(_NamedTuple):
    """How far the model is from a measured curve, over the measured points that lie within the model's.

    rms: root of the mean square of model less measured, percuta.Quantity [SI]. bias: mean of model less measured [SI]. largest: by
    magnitude [SI]. relative: rms over the root mean square of the measured values [-]. inside, outside: measured points within the
    model's curve, and beyond it, which are left out. None where no point lies within.
    """

    rms: "Quantity | None"
    bias: "Quantity | None"
    largest: "Quantity | None"
    relative: "Quantity | None"
    inside: int
    outside: int


class Change(_NamedTuple):
    """An input a quarter larger, and the relative misfit then [-]. was, now: as written."""

    key: str
    was: str
    now: str
    relative: float


class Overlay:
    """A measured curve beside the model: what `overlay` and `measure` give.

    x, y: the outputs that the columns are, by path. at, measured: the measured points; predicted: the model there, by linear
    interpolation, NaN beyond its curve; model_at, model: its own points; all percuta.Array [SI]. misfit: a Misfit. words: the same
    as a sentence. changes: inputs that change the misfit most, each a quarter larger, the one that lowers it most first; empty
    unless `measure` made it. An input that fits better is not thereby known better. warnings: those of the result.
    """

    def __init__(self, facts, about, model_at, model, words):
        from ._array import Array

        self._facts, self._about, self.words = facts, about, words
        x_unit, y_unit, self._x_people, self._y_people = about["units"]
        x_name, y_name = about["sentences"]
        self.x, self.y, self.warnings = facts["x"]["path"], facts["y"]["path"], facts["warnings"]
        self.at, self.measured = Array(facts["at"], x_unit, x_name), Array(facts["measured"], y_unit, y_name)
        self.predicted = Array([float("nan") if v is None else v for v in facts["model"]], y_unit, y_name)
        self.model_at, self.model = Array(model_at, x_unit, x_name), Array(model, y_unit, y_name)
        self.changes = [Change(row["key"], row["from"], row["to"], row["relative"]) for row in facts["a_quarter_more"]]

        def quantity(name, unit, people, sentence):
            return None if facts[name] is None else Quantity(facts[name], unit, None, sentence, people)

        self.misfit = Misfit(quantity("rms", y_unit, self._y_people, "root mean square of model less measured"),
                             quantity("bias", y_unit, self._y_people, "mean of model less measured"),
                             quantity("largest", y_unit, self._y_people, "largest difference of model and measured"),
                             quantity("relative", "1", "%", "root mean square over that of the measured values"),
                             facts["points_inside"], facts["points_outside"])

    @property
    def table(self):
        """A pandas.DataFrame with a row for each measured point: x, measured, model (NaN beyond its curve), model less measured, in SI.

        Units are in .attrs["units"]. Raises ImportError without pandas.
        """
        import numpy
        import pandas

        name = self.x.rpartition(".")[2]
        out = pandas.DataFrame({name: numpy.array(self.at), "measured": numpy.array(self.measured), "model": numpy.array(self.predicted),
                                "model_less_measured": numpy.array(self.predicted) - numpy.array(self.measured)})
        out.attrs["units"] = {column: self.at.unit if column == name else self.measured.unit for column in out}
        return out

    def plot(self, ax=None):
        """The model as a line and the measured points, in units that people use, the misfit above. Returns the axes. ImportError
        without matplotlib.
        """
        from . import plots

        return plots.overlay(self, ax)

    def __repr__(self):
        return f"<percuta.Overlay of {self.y}: {self.words}>"

    def _repr_html_(self):
        rows = [(name, value) for name, value in self.misfit._asdict().items()]
        return table(("misfit", "value"), rows, self.y)

    def __reduce__(self):
        return Overlay, (self._facts, self._about, self.model_at, self.model, self.words)


def _read(curve):
    """What was measured, of a file or of columns by their heads."""
    if not hasattr(curve, "items"):
        return _percuta.read_measured(_os.fspath(curve))
    columns = {str(head): [repr(float(v)) for v in values] for head, values in curve.items()}
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"the columns {', '.join(columns)} are not of one length")
    rows = "".join(",".join(row) + "\n" for row in zip(*columns.values()))
    return _percuta.parse_measured(",".join(columns) + "\n" + rows, "columns")


def _beside(at, model, measured, warnings, changes=lambda native: []):
    native = _percuta.overlay(at, model, measured)
    about = {"units": measured.units, "sentences": measured.sentences}
    return Overlay(_json.loads(native.json(changes(native), warnings)), about, native.model_at, native.model, native.words())


def _series(result, measured):
    """The model's two series; of a needle that comes out again the way in."""
    at, model = (result[path].tolist() for path in (measured.x_dataset, measured.y_dataset))
    deepest = at.index(max(at)) + 1 if at else 0
    return at[:deepest], model[:deepest]


def overlay(result, curve):
    """A measured curve beside a result: an Overlay with .misfit, .table and .plot().

    result: a Result, of a run or loaded; of a needle that comes out again, its way in is taken. curve: path of a table with two
    columns, `displacement [mm], force [mN]`, which are series of results, by their path or its last name, each with its unit, and a
    row of numbers each (lines that begin with # are left out); or the same as {"displacement [mm]": [...], "force [mN]": [...]} or a
    pandas.DataFrame. Raises InputError for such a table with line and remedy, OSError for a file that cannot be read, KeyError where the result
    has no such series.
    """
    measured = _read(curve)
    return _beside(*_series(result, measured), measured, list(result.warnings))


def measure(case, curve, overrides=None, progress=None):
    """A measured curve beside the model of a case, and which inputs would bring them together: an Overlay with .changes, as
    `percuta measure`.

    case, overrides, progress: as of run. curve: as of overlay. Takes a run for each input that may matter, some seconds together;
    inputs that would need finite elements are left out. Raises what run and overlay raise.
    """
    measured = _read(curve)
    case = case_of(case, flattened(overrides))
    text, pairs = case._parts()
    with listener(progress) as heard:
        native = _percuta.result_for(case._checked(), measured, heard)
        series = {path: values.tolist() for path, values, _, _ in native.datasets() if path in (measured.x_dataset, measured.y_dataset)}
        warnings = _json.loads(native.summary_json())["warnings"]
        return _beside(series[measured.x_dataset], series[measured.y_dataset], measured, warnings,
                       lambda beside: _percuta.what_changes_it(text, case._name, list(pairs), beside, heard))
