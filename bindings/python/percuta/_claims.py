"""Common statements about derma rolling, answered from a result and from the literature."""

import dataclasses

from . import _percuta
from ._inputs import table as _table
from ._percuta import Error


@dataclasses.dataclass(frozen=True)
class Claim:
    """A common statement with two answers.

    name, statement: as people say it. answer: what the run says, "supported", "depends on the measure", "not supported" or "the model does not cover this";
    in_this_run: why, with figures. evidence_answer: what is published says "supported", "supported in part", "not supported" or
    "no data"; evidence: why; evidence_class: of what kind that is; sources: keys of the bibliography.
    """

    name: str
    statement: str
    answer: str
    in_this_run: str
    evidence_answer: str
    evidence: str
    evidence_class: str
    sources: tuple[str, ...]

    def __str__(self):
        return f"{self.statement}\n  in this run: {self.answer}. {self.in_this_run}\n  evidence: {self.evidence_answer}. {self.evidence}"


class Claims(tuple):
    """Claims in their order; claims["firmer-in-five-days"] is the one of that name. KeyError for another."""

    __slots__ = ()

    def __getitem__(self, at):
        if not isinstance(at, str):
            return super().__getitem__(at)
        for claim in self:
            if claim.name == at:
                return claim
        raise KeyError(f"no claim {at!r}; there are {', '.join(claim.name for claim in self)}")

    def __str__(self):
        return "\n".join(map(str, self))

    def to_pandas(self):
        """A pandas.DataFrame with a row for each claim. ImportError without pandas."""
        import pandas

        return pandas.DataFrame([dataclasses.asdict(claim) for claim in self]).set_index("name")

    def _repr_html_(self):
        return _table(("statement", "in this run", "evidence"),
                      [(c.statement, f"{c.answer}: {c.in_this_run}", f"{c.evidence_answer}: {c.evidence}") for c in self])


def claims(result):
    """Common statements answered from a Result of `run`: a tuple of percuta.Claim. TypeError for no Result, Error for a loaded one."""
    from ._result import Result

    if not isinstance(result, Result):
        raise TypeError(f"claims are answered from a percuta.Result, not from {type(result).__name__}")
    if not isinstance(result._native, _percuta.Result):
        raise Error("claims are answered from the result of a run or roll, and this one was loaded, unpickled or inserts one needle; run the case again")
    return Claims(Claim(**{**one, "sources": tuple(one["sources"])}) for one in _percuta.claims(result._native))
