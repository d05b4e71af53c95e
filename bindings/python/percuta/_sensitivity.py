"""Which constants of healing decide an outcome."""

import json as _json
import math as _math
from typing import NamedTuple as _NamedTuple

from . import _percuta
from ._case import case_of
from ._inputs import table as _table
from ._overrides import flattened
from ._progress import listener
from ._quantity import Quantity


class Share(_NamedTuple):
    """A share of a variance [-] and its 95 % interval by resampling. One that is small may come out below 0."""

    value: float
    low: float
    high: float

    def __str__(self):
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


class Sensitivity:
    """Which constants decide an outcome: what `sensitivity` gives.

    of, day: the outcome; day None of a closure. first, total: Sobol' indices by constant, each a Share, the one with the largest total
    first: the share of the outcome's variance that a constant takes alone, and with all in which it has a part. priors: between which
    values each constant lies, two percuta.Quantity. nominal: the outcome with the constants of the case, None for a closure that is
    not reached; mean, deviation: over the priors; all percuta.Quantity. members: sets of constants; refused: those for which healing has no course; not_reached: those whose course ends before the closure; base_points:
    of the design, base_points_left_out: those among them that miss an outcome. words: the same as a sentence. warnings: of the case.
    facts: all of it, as in sensitivity.json.
    """

    def __init__(self, facts, warnings):
        self.facts, self.warnings = facts, warnings
        self.of, self.day, self.words = facts["of"], facts["day"], facts["words"]
        people = facts["people"]
        self.nominal = None if facts["nominal"] is None else Quantity(facts["nominal"], facts["unit"], None, facts["sentence"], people)
        self.mean = Quantity(facts["mean"], facts["unit"], facts["deviation"], facts["sentence"], people)
        self.deviation = Quantity(facts["deviation"], facts["unit"], None, "standard deviation of " + facts["sentence"], people)
        self.members, self.refused, self.not_reached = facts["members"], facts["refused"], facts["not_reached"]
        self.base_points, self.base_points_left_out = facts["base_points"], facts["base_points_left_out"]
        rows = facts["constants"]
        self.first = {row["constant"]: Share(**row["first"]) for row in rows}
        self.total = {row["constant"]: Share(**row["total"]) for row in rows}
        self.priors = {row["constant"]: tuple(Quantity(row[end], row["unit"], people=row["people"]) for end in ("low", "high")) for row in rows}

    def to_pandas(self):
        """A pandas.DataFrame with a row for each constant, the one with the largest total first. ImportError without pandas."""
        import pandas

        rows = {name: {f"{index}{end}": getattr(share, field) for index, share in (("first", self.first[name]), ("total", self.total[name]))
                       for end, field in (("", "value"), ("_low", "low"), ("_high", "high"))} for name in self.total}
        out = pandas.DataFrame.from_dict(rows, orient="index")
        out.index.name = "constant"
        return out

    def plot(self, ax=None, least=0.01):
        """A pair of bars for each constant, alone and with all in which it has a part, with their intervals, the largest at the top;
        those of which the total is below least are left out and counted. Returns the axes. ImportError without matplotlib.
        """
        from . import plots

        return plots.sensitivity(self, ax, least)

    def __repr__(self):
        most = ", ".join(f"{name.replace('_', ' ')} {share.value:.2f}" for name, share in list(self.total.items())[:3])
        return f"<percuta.Sensitivity of {self.words}; most by {most}>"

    def _repr_html_(self):
        rows = [(name.replace("_", " "), share, self.first[name]) for name, share in self.total.items()]
        return _table(("constant", "with all it has part in", "alone"), rows, self.words)

    def __reduce__(self):
        return Sensitivity, (self.facts, self.warnings)


def _in_days(day):
    """A number of days, or a text or quantity with its unit."""
    if isinstance(day, str):
        written = _percuta.parse_quantity(day)
        if written is None:
            raise ValueError(f"day {day!r} is no number with a unit; write 90 or \"90 days\"")
        day = Quantity(written[0], written[1] or "1")
    if getattr(day, "unit", "1") != "1":
        day = day.to("days")
    day = float(day)
    if not _math.isfinite(day):
        raise ValueError(f"day {day} is not finite")
    return day


def sensitivity(case, of, day=None, members=_percuta.sensitivity_members, overrides=None, progress=None):
    """Which constants of healing decide an outcome: a percuta.Sensitivity with Sobol' indices and their intervals, as
    `percuta sensitivity`.

    case, overrides, progress: as of run. of: a change that healing reports, "healing.collagen_change", or a closure,
    "healing.closure_barrier". day: after the first session, of a change: days as a number, "2 weeks" or a Quantity; several of them
    give a list, at the cost of one. members: sets of constants that are healed at most, drawn from the priors of the case
    (healing.priors, else the list of the model); intervals narrow with the root of their number.

    Takes seconds to minutes. Raises InputError for an outcome or day that the case does not have, with the nearest, for too few members
    and where no prior changes the outcome; Error where healing has a course for fewer than half.
    """
    several = isinstance(day, (list, tuple)) or (hasattr(day, "__len__") and not isinstance(day, str))
    days = [_in_days(one) for one in day] if several else [] if day is None else [_in_days(day)]
    with listener(progress) as heard:
        facts = _json.loads(_percuta.sensitivity(case_of(case, flattened(overrides))._checked(), str(of), days, int(members), heard))
    out = [Sensitivity(one, facts["warnings"]) for one in facts["outcomes"]]
    return out if several else out[0]
