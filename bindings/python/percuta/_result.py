"""Results by name, as tables, as pictures."""

import copy as _copy
import difflib as _difflib
import pathlib as _pathlib

from . import _declared, _percuta
from ._inputs import Tidy as _Tidy
from ._inputs import nearest as _nearest
from ._inputs import table
from ._percuta import Error
from ._quantity import Quantity


def _leaf(declared, node):
    """A value of summary.json as a Python value: a Quantity, a text, a number, True or False, None where there is none."""
    if isinstance(node, dict) and not isinstance(node["value"], list):
        if node["value"] is None:
            return None
        sentence, people = (declared.sentence, declared.people) if declared else ("", "")
        return Quantity(node["value"], node["unit"], node.get("sd"), sentence, people)
    return node


def _is_leaf(node):
    return not isinstance(node, dict) or ("value" in node and "unit" in node)


def _rows(node):
    """Records of a list, each with quantities."""
    return [{name: _leaf(None, item) for name, item in row.items()} if isinstance(row, dict) else row for row in node]


class Section:
    """A part of a result by name: single values are percuta.Quantity, texts and numbers, columns percuta.Array, further parts
    sections. section.pierced_depth and section["pierced_depth"] are the same; where a single value has the name of a column it
    comes first, and `arrays` has the column; of a column over time and its values at some days the latter are called
    collagen_at_days. Wrong names raise AttributeError or KeyError with the nearest.
    """

    def __init__(self, result, path):
        self._result, self._path = result, path

    @property
    def _outputs(self):
        """What is declared of the outputs of this kind of result."""
        return _declared.of(self._result.arrays)

    def _node(self):
        node = self._result.summary
        for part in self._path.split(".") if self._path else ():
            node = node.get(part, {}) if isinstance(node, dict) else {}
        return node

    def _join(self, name):
        return f"{self._path}.{name}" if self._path else name

    def keys(self):
        """Names of what there is."""
        return list(dict.fromkeys([*self._node(), *self.arrays, *(name.split(".")[0] for name in self._below())]))

    def _below(self):
        """Arrays of this section and of those below it, by dotted name."""
        prefix = self._path + "." if self._path else ""
        out = {}
        for path, array in self._result.arrays.items():
            name = path.removeprefix("/summary").strip("/").replace("/", ".")
            # A column and its values at a few times may have one name; the latter then say against what they stand.
            if path.startswith("/summary/") and path.removeprefix("/summary") in self._result.arrays:
                name += "_at_" + self._outputs.axes(path)[-1].rpartition("/")[2]
            if name.startswith(prefix):
                out[name[len(prefix):]] = (path, array)
        return out

    @property
    def arrays(self):
        """The columns of this section as {name: percuta.Array}."""
        return {name: array for name, (_, array) in self._below().items() if "." not in name}

    def __getitem__(self, name):
        node, path = self._node().get(name), self._join(str(name))
        if name in self._node() and _is_leaf(node):
            if not isinstance(node, (dict, list)) or (isinstance(node, dict) and not isinstance(node["value"], list)):
                return _leaf(self._outputs.value(path), node)
            if isinstance(node, list) and not (node and not isinstance(node[0], dict)) and name not in self.arrays:
                return _rows(node)
        if name in self.arrays:
            return self.arrays[name]
        if name in self.keys():
            return node if isinstance(node, list) else Section(self._result, path)
        raise KeyError(f"no {path!r}{_nearest(name, self.keys())}")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as e:
            raise AttributeError(e.args[0]) from None

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())

    def __contains__(self, name):
        return name in self.keys()

    def __dir__(self):
        return [*super().__dir__(), *(str(key) for key in self.keys())]

    def figures(self):
        """Single values of this section and of those below it, as {dotted path: value}; those that there are none of are left out."""
        out = {}

        def walk(node, path):
            for name, item in node.items():
                below = f"{path}.{name}" if path else name
                if not _is_leaf(item):
                    walk(item, below)
                elif not isinstance(item, list) and not (isinstance(item, dict) and isinstance(item["value"], list)):
                    value = _leaf(self._outputs.value(below), item)
                    if value is not None:
                        out[below] = value

        walk(self._node(), self._path)
        return out

    def to_pandas(self, axis=None):
        """A pandas.DataFrame: a row for each single value with path, value, unit, spread and sentence; or with the name of an
        axis ("displacement") the columns that stand against it, in SI, units in .attrs["units"]. `axes` has the axes.

        Raises KeyError for another axis, ImportError without pandas.
        """
        import pandas

        if axis is None:
            rows = [(path, float(value) if isinstance(value, Quantity) else value, getattr(value, "unit", ""), getattr(value, "spread", None),
                     declared.sentence if (declared := self._outputs.value(path)) else "") for path, value in self.figures().items()]
            return pandas.DataFrame(rows, columns=["path", "value", "unit", "spread", "sentence"]).set_index("path")
        if axis not in self.axes:
            raise KeyError(f"no axis {axis!r}{_nearest(axis, self.axes)}")
        columns = {name: array for name, (path, array) in self._below().items() if array.ndim == 1 and self._axes_of(path)[0] == axis}
        out = pandas.DataFrame({name: array.tolist() for name, array in columns.items()}).set_index(axis)
        out.attrs["units"] = {name: array.unit for name, array in columns.items()}
        return out

    def _axes_of(self, path):
        """Names within this section of the axes of an array; of one that is not declared its own number."""
        prefix = self._path + "." if self._path else ""
        return [axis.removeprefix("/summary").strip("/").replace("/", ".").removeprefix(prefix) for axis in self._outputs.axes(path) or (path,)]

    @property
    def axes(self):
        """Names of the columns against which others stand."""
        return list(dict.fromkeys(axis for path, _ in self._below().values() for axis in self._axes_of(path)))

    def to_xarray(self):
        """The columns of this section, without those below it, as an xarray.Dataset: dimensions and coordinates from the axes, units
        and long_name as attributes, SI.

        Raises ImportError without xarray.
        """
        import numpy
        import xarray

        variables = {}
        for name, (path, array) in self._below().items():
            if "." in name:
                continue
            dims = self._axes_of(path)
            if len(dims) != array.ndim:  # of a file whose outputs are not declared here
                dims = [f"{name}_{k}" for k in range(array.ndim)]
            variables[name] = (dims, numpy.array(array), {"units": array.unit, "long_name": array.long_name})
        axes = {dim for dims, _, _ in variables.values() for dim in dims}
        columns, coordinates = ({name: v for name, v in variables.items() if (name in axes) == wanted} for wanted in (False, True))
        return xarray.Dataset(columns, coordinates, {"title": self._result._title, "section": self._path})

    def plot(self, *names, x=None, ax=None):
        """A picture of the section, or of the columns with these names against their axes, in units that people use.

        x: a column to draw against in place of the axis. ax: axes to draw into, new ones where none are given; a picture of several panels makes its own. Returns the axes, a
        list where there are several. Raises KeyError for a name of no column, ImportError without matplotlib.
        """
        from . import plots

        return plots.section(self, names, ax, x)

    def __repr__(self):
        rows = [(name, self[name]) for name in self.keys()]
        wide = max((len(str(name)) for name, _ in rows), default=0)
        return "\n".join([f"<{self._path or 'result'}>", *(f"  {str(name):{wide}}  {_brief(value)}" for name, value in rows)])

    def _repr_html_(self):
        return table(("output", "value", "what it is"), _html_rows(self._outputs, self.figures()), self._path)


def _brief(value):
    if isinstance(value, Section):
        return f"<{', '.join(value.keys())}>"
    if hasattr(value, "shape"):
        return f"<{' x '.join(map(str, value.shape))} values{', ' + value.unit if value.unit not in ('', '1') else ''}>"
    return f"<{len(value)} records>" if isinstance(value, list) else "none" if value is None else str(value)


def _answers(result):
    """Single values that are answers, and not where they come from or what they took; those that are not declared may be."""
    top = Section(result, "")
    return {path: value for path, value in top.figures().items() if (declared := top._outputs.value(path)) is None or declared.figure}


def _html_rows(outputs, figures):
    for path, value in figures.items():
        declared = outputs.value(path)
        yield path, {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value, declared.sentence if declared else ""


class Result(metaclass=_Tidy):
    """What one case gave.

    By name: r.insertion.pierced_depth is a percuta.Quantity, a float that knows its unit and spread; r.insertion.force a
    percuta.Array. Names are those of summary.json and results.h5, and are completed by Tab. In SI units.

    summary: a dictionary, as in summary.json; every value with its unit. arrays: {path: Array}, as in results.h5;
    list(r.arrays) has the paths, and r["/healing/collagen"] is the array at one of them; a wrong one raises KeyError with
    the nearest. warnings: what limits the result, as texts. case: the Case that it is of, None for one that was loaded.

    A result can be copied and pickled. One that was loaded or unpickled holds the same figures, but cannot write files.
    """

    def __init__(self, summary, arrays, native=None, case=None):
        self.summary, self.arrays, self._native, self.case = summary, arrays, native, case

    @property
    def warnings(self):
        """What limits the result and where its inputs are doubtful: a list of texts."""
        return self.summary["warnings"]

    @property
    def limits(self):
        """What the models behind it leave out: a list of texts."""
        return self.summary["limits"]

    @property
    def _title(self):
        return self.summary["percuta"]["case"]

    def __getitem__(self, path):
        try:
            return self.arrays[path]
        except KeyError:
            pass
        paths = {p.strip("/").lower(): p for p in self.arrays}
        wanted = str(path).strip("/").lower()
        near = [paths[n] for n in paths if n.rsplit("/", 1)[-1] == wanted] or [paths[n] for n in _difflib.get_close_matches(wanted, paths, 3, 0.6)]
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else ";"
        raise KeyError(f"no array {path!r}{meant} list(result.arrays) has them all")

    def __contains__(self, path):
        return path in self.arrays

    def __getattr__(self, name):
        if name.startswith("_") or "summary" not in self.__dict__:
            raise AttributeError(name)
        return getattr(Section(self, ""), name)

    def __dir__(self):
        return [*super().__dir__(), *Section(self, "").keys()]

    def _get(self, path):
        """The single value at a dotted path, "insertion.pierced_depth". None where there is none; KeyError for no such output."""
        at = Section(self, "")
        for part in path.split("."):
            if not isinstance(at, Section):
                raise KeyError(f"no {path!r}")
            at = at[part]
        return at

    def to_pandas(self):
        """A pandas.DataFrame with a row for each single value: path, value in SI, unit, spread, sentence. ImportError without pandas."""
        return Section(self, "").to_pandas()

    def to_xarray(self):
        """Every array as an xarray.DataTree, a group for each section. ImportError without xarray (2024.10 or newer)."""
        import xarray

        groups = {}
        for path in dict.fromkeys(name.rpartition(".")[0] for name in Section(self, "")._below()):
            above = path.rpartition(".")[0]
            data = Section(self, path).to_xarray()
            # A group has the axes of the one that it lies in; of the same name it can have no others.
            taken = {dim: f"{path.rpartition('.')[2]}_{dim}" for dim in data.dims if above in groups and dim in groups[above].dims}
            groups[path] = data.rename(taken)
        return xarray.DataTree.from_dict({"/" + path.replace(".", "/"): data for path, data in groups.items()})

    def plot(self):
        """A picture of every section in units that people use. Returns the list of axes. ImportError without matplotlib."""
        from . import plots

        return plots.overview(self)

    def __repr__(self):
        about, case = self.summary["insertion"], self.summary["percuta"]["case"]
        if "pierced_depth" not in about:  # skin that was not to be pierced
            return f"<percuta.Result {case!r}: force {about['force_at_depth']['value'] * 1e3:.3g} mN>"
        return f"<percuta.Result {case!r}: pierced depth {about['pierced_depth']['value'] * 1e3:.3g} mm>"

    def _repr_html_(self):
        warned = table(("warnings",), [(text,) for text in self.warnings]) if self.warnings else ""
        return table(("output", "value", "what it is"), _html_rows(Section(self, "")._outputs, _answers(self)), self._title) + warned

    # What the run computed is not written into a pickle, and need not be: it only serves to write files.
    def __reduce__(self):
        return type(self), (self.summary, self.arrays, None, self.case)

    # It does not change, so that copies share it.
    def __copy__(self):
        return type(self)(self.summary, self.arrays, self._native, self.case)

    def __deepcopy__(self, memo):
        return type(self)(_copy.deepcopy(self.summary, memo), _copy.deepcopy(self.arrays, memo), self._native, self.case)

    def save(self, folder, overwrite=False):
        """Writes summary.json, results.h5, fields/ and report.html into a folder, whole or not at all.
        folder: made if it is not there. overwrite: replace one that holds something. Raises OSError when the folder holds
        something or cannot be written, Error for a result that was loaded or unpickled: only the result of a run has what
        the files are made of.
        """
        if self._native is None:
            raise Error("this result was loaded or unpickled, and only the result of a run can write files; run the case again, or copy the folder")
        self._native.save(str(folder), overwrite, *web_files())


def web_files():
    """Script and style of the charts in reports."""
    web = _pathlib.Path(_percuta.data_folder()) / "web"
    if not web.is_dir():
        raise OSError("the chart library of the report is missing; it is installed when npm is there at build time")
    return tuple((web / name).read_text(encoding="utf-8") for name in ("uPlot.iife.min.js", "uPlot.min.css"))


class Comparison(dict):
    """Results side by side: {label: Result, or the reason as text where the case failed}; labels are the values as written,
    "0.5 mm, cheek". varied: {key: its values as written}. rows: {label: {key: value as written}}.
    """

    def __init__(self, results=(), varied=None, rows=None):
        super().__init__(results)
        self.varied, self.rows = varied or {}, rows or {}

    @property
    def results(self):
        """Those rows that have a result."""
        return {label: result for label, result in self.items() if isinstance(result, Result)}

    @property
    def failures(self):
        """Those rows that failed, with the reason."""
        return {label: reason for label, reason in self.items() if not isinstance(reason, Result)}

    def value_of(self, label, key):
        """The value of a key in a row: a Quantity where it is one, else a number or a text. Raises KeyError."""
        if key not in self.varied:
            raise KeyError(f"{key!r} is not varied{_nearest(key, self.varied)}")
        result = self[label]
        if isinstance(result, Result) and result.case is not None and key in result.case.inputs:
            return result.case.inputs[key].value
        return as_written(self.rows[label][key])

    def to_pandas(self):
        """A pandas.DataFrame with a row for each label: the varied keys, every single value in SI by its path, and `failure`.

        Units are in .attrs["units"]. Raises ImportError without pandas.
        """
        import pandas

        rows, units = [], {}
        for label, result in self.items():
            row = {}
            for key in self.varied:
                value = self.value_of(label, key)
                if isinstance(value, Quantity):
                    units[key] = value.unit
                row[key] = float(value) if isinstance(value, Quantity) else value
            if isinstance(result, Result):
                for path, value in _answers(result).items():
                    if isinstance(value, Quantity):
                        units[path] = value.unit
                        if value.spread is not None:
                            row[path + "_sd"], units[path + "_sd"] = value.spread, value.unit
                    row[path] = float(value) if isinstance(value, Quantity) else value
            row["failure"] = "" if isinstance(result, Result) else result
            rows.append(row)
        out = pandas.DataFrame(rows, index=pandas.Index(list(self), name="label"))
        out.attrs["units"] = units
        return out

    def plot(self, x=None, y="insertion.pierced_depth", ax=None, day=None):
        """An output against a varied key, with its spread or its band; a line for each value of the other keys, in units for people.

        x: a varied key, the first where none is given. y: path of an output. day: of a course, the day after the first session at
        which it is read. Returns the axes. Raises KeyError for another key or output, ValueError for a course without a day,
        ImportError without matplotlib.
        """
        from . import plots

        return plots.comparison(self, x, y, ax, day)

    def _repr_html_(self):
        figures = [_answers(result) if isinstance(result, Result) else None for result in self.values()]
        paths = list(dict.fromkeys(path for row in figures for path in row or ()))
        rows = [(path, *("failed" if row is None else row.get(path, "none") for row in figures)) for path in paths]
        return table(("output", *self), rows) + (table(("row", "why it failed"), self.failures.items()) if self.failures else "")

    def __reduce__(self):
        return type(self), (dict(self), self.varied, self.rows)


def as_written(text):
    """A Quantity, a number or a text from what a case file has."""
    written = _percuta.parse_quantity(text)
    if written is None:
        return text
    number, unit = written
    known = _percuta.unit(unit) if unit else None
    if known is None:
        return text if unit else number
    si = next((symbol for symbol, dimension, size in _percuta.units() if dimension == known[1] and size == 1.0), unit)
    return Quantity(number * known[2], si, None, "", unit)

