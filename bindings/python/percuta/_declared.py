"""What the library declares of its outputs, looked up by path."""

import functools
from typing import NamedTuple

from . import _percuta


class Output(NamedTuple):
    """One declared output: path, form, SI unit, unit for people, sentence, paths of the axes, and where there is a value."""

    path: str
    form: str
    unit: str
    people: str
    sentence: str
    axes: tuple
    where: str
    dataset: str
    figure: bool

    @property
    def is_column(self):
        """Whether it is an array."""
        return self.form in ("series", "profile")


class Outputs:
    """The outputs that one verb declares."""

    def __init__(self, declared):
        self._values = {one.path: one for one in declared if not one.is_column}
        self._columns = {one.dataset: one for one in declared if one.is_column}

    def value(self, path):
        """A single value by its path, or None: what newer versions wrote is not known."""
        return self._values.get(path)

    def column(self, dataset):
        """An array by its path in results.h5, or None."""
        return self._columns.get(dataset)

    def axes(self, dataset):
        """Paths in results.h5 of the arrays against which an array stands; its own for an axis, none for what is not declared."""
        declared = self.column(dataset)
        if declared is None:
            return ()
        return tuple(self._beside(axis, dataset) for axis in declared.axes) or (dataset,)

    def _beside(self, path, dataset):
        """The array at a path; of several that which lies on the same side of the file as another."""
        found = [one for one, declared in self._columns.items() if declared.path == path]
        return next((one for one in found if one.startswith("/summary/") == dataset.startswith("/summary/")), found[0])

    def knows(self, datasets):
        """Whether all of these arrays are declared."""
        return set(datasets) <= set(self._columns)

    def __len__(self):
        return len(self._values) + len(self._columns)


@functools.cache
def _verbs():
    verbs = {}
    for one in _percuta.outputs():
        verbs.setdefault(one.pop("verb"), []).append(Output(**{**one, "axes": tuple(one["axes"])}))
    return [Outputs(declared) for declared in verbs.values()]


@functools.cache
def _of(datasets):
    return min((outputs for outputs in _verbs() if outputs.knows(datasets)), key=len, default=max(_verbs(), key=len))


def of(arrays):
    """The outputs of the verb that gave these arrays: the one that declares them all, and least besides."""
    return _of(frozenset(arrays))
