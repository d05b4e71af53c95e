"""Needle-skin interaction: depth, channel density and collagen response.

>>> import percuta
>>> r = percuta.run("data/cases/cheek-medical-roller.toml")    # doctest: +SKIP
>>> r.summary["insertion"]["pierced_depth"]                    # doctest: +SKIP

Values are in SI units. Research and teaching software; it recommends no treatment.
"""

import copy as _copy
import difflib as _difflib
import json as _json
import os as _os
import pathlib as _pathlib

from . import _percuta
from ._array import Array
from ._overrides import flattened as _flattened
from ._percuta import Error, InputError, case_template, data_folder, entries, explain, json_schema
from ._percuta import version as __version__

__all__ = ["run", "insert", "compare", "load", "animate", "Result", "Array", "Error", "InputError", "entries", "explain",
           "json_schema", "case_template", "data_folder"]


def _arrays(items):
    return {path: Array(values, unit, long_name) for path, values, unit, long_name in items}


class Result:
    """What one case gave.

    summary: a dictionary, as in summary.json; every value with its unit. arrays: {path: Array}, as in results.h5; print(list(r.arrays))
    lists the paths, and r["/healing/collagen"] is the array at one of them. warnings: what limits the result, as texts.

    A result can be copied and pickled. One that was loaded or unpickled holds the same figures, but cannot write files.
    """

    def __init__(self, summary, arrays, native=None):
        self.summary, self.arrays, self._native = summary, arrays, native

    @property
    def warnings(self):
        """What limits the result and where its inputs are doubtful: a list of texts."""
        return self.summary["warnings"]

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

    def __repr__(self):
        about, case = self.summary["insertion"], self.summary["percuta"]["case"]
        if "pierced_depth" not in about:  # skin that was not to be pierced
            return f"<percuta.Result {case!r}: force {about['force_at_depth']['value'] * 1e3:.3g} mN>"
        return f"<percuta.Result {case!r}: pierced depth {about['pierced_depth']['value'] * 1e3:.3g} mm>"

    # What the run computed is not written into a pickle, and need not be: it only serves to write files.
    def __reduce__(self):
        return type(self), (self.summary, self.arrays)

    # It does not change, so that copies share it.
    def __copy__(self):
        return type(self)(self.summary, self.arrays, self._native)

    def __deepcopy__(self, memo):
        return type(self)(_copy.deepcopy(self.summary, memo), _copy.deepcopy(self.arrays, memo), self._native)

    def save(self, folder, overwrite=False):
        """Writes summary.json, results.h5, fields/ and report.html into a folder, whole or not at all.

        folder: made if it is not there. overwrite: replace one that holds something. Raises OSError when the folder holds
        something or cannot be written, Error for a result that was loaded or unpickled: only the result of a run has what
        the files are made of.
        """
        if self._native is None:
            raise Error("this result was loaded or unpickled, and only the result of a run can write files; run the case again, or copy the folder")
        web = _pathlib.Path(data_folder()) / "web"
        if not web.is_dir():
            raise OSError("the chart library of the report is missing; it is installed when npm is there at build time")
        script = (web / "uPlot.iife.min.js").read_text(encoding="utf-8")
        style = (web / "uPlot.min.css").read_text(encoding="utf-8")
        self._native.save(str(folder), overwrite, script, style)


def _wrap(native):
    return Result(_json.loads(native.summary_json()), _arrays(native.datasets()), native)


def run(case, overrides=None, progress=None):
    """case: path of a case file. overrides: {"device.needle.length": "1.0 mm"}. progress: called with
    (stage, fraction). Raises InputError for a bad case (every error at once), Error when a solve gives up.
    """
    return _wrap(_percuta.run(str(case), _flattened(overrides), progress))


def insert(case, overrides=None, progress=None, *, checkpoint=None, resume=False, **choices):
    """case, overrides, progress: as in `run`. checkpoint: path of a file that keeps the state of a long insertion; resume: go on
    from it. choices, quantities as text with a unit:

    level: "axisymmetric" (unpierced skin, seconds) or "solid" (through puncture and out again, minutes); motion: "push" or "roll";
    path: a file of poses in place of a motion, rows of numbers under "along um, depth um, tilt deg";
    displacement: of the tip at the deepest point; force: at which the push ends; hold: time it stays there; speed: of the tip, for
    skin that relaxes; tilt; spacing: of an array; stay: leave the needle in; step: largest travel of a step;
    cells_per_tip_radius, cells_per_shank, cells_per_fracture_zone, cells_along_path, mesh ("fixed" or "following"): the mesh; bulk_over_shear: to which the bulk modulus is cut; frames: pictures that `save` writes; threads;
    part: "quarter", "half", "whole"; solver: "auto", "direct", "iterative".

    Returns a Result whose arrays are the states of the needle (r["/insertion/force"] against r["/insertion/displacement"]).
    Raises ValueError for a choice that is none, TypeError for an unknown one, InputError for a bad case or a needle and skin that
    do not go together, Error when the solve gives up at once; one that gave up later has summary["insertion"]["complete"] False.
    """
    chosen = _percuta.InsertChoices()
    names = [name for name in dir(chosen) if not name.startswith("_")]
    for name, value in choices.items():
        if name not in names:
            near = _difflib.get_close_matches(name, names, 1)
            raise TypeError(f"insert() has no choice {name!r}" + (f"; did you mean {near[0]!r}?" if near else ": " + ", ".join(names)))
        if isinstance(value, _os.PathLike):
            value = str(value)
        try:
            setattr(chosen, name, value)
        except TypeError:
            kind = type(getattr(chosen, name))
            wanted = "a text is wanted, quantities with their unit (\"0.2 mm\")" if kind is str else f"{kind.__name__} is wanted"
            raise TypeError(f"{name}: {wanted}, not {value!r}") from None
    return _wrap(_percuta.insert(str(case), _flattened(overrides), chosen, progress, str(checkpoint or ""), resume))


def compare(case, overrides=None, progress=None):
    """Runs the values of the case's [compare] table: {value: Result, or the reason as text}."""
    return {value: _wrap(native) if native is not None else failure
            for value, native, failure in _percuta.compare(str(case), _flattened(overrides), progress)}


def load(folder):
    """Reads a folder written by `percuta run`, `percuta insert` or Result.save. Raises OSError when it holds no result."""
    folder = _pathlib.Path(folder)
    summary = _json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return Result(summary, _arrays(_percuta.read_hdf5(str(folder / "results.h5"))))


def animate(folder, out, view="along", width=900, seconds_per_frame=0.25):
    """The frames of a result of `percuta insert` as one moving picture (out ends in .gif) or as PNG files (out is a folder).

    folder: the result. view: "along" the plane in which the needle moves or "across" it. width: of the pictures [pixels].
    Returns the paths written. Needs the packages cairosvg and pillow (pip install percuta[animation]). Raises OSError when
    the folder holds no such frames, ValueError for another view.
    """
    import io

    import cairosvg
    from PIL import Image

    if view not in ("along", "across"):
        raise ValueError(f'view {view!r}: "along" or "across"')
    frames = sorted((_pathlib.Path(folder) / "frames").glob(f"{view}-*.svg"))
    if not frames:
        raise OSError(f"{folder}: no frames/{view}-*.svg; write them with percuta insert --frames and -o")
    out = _pathlib.Path(out)
    pictures = [cairosvg.svg2png(url=str(frame), output_width=width, background_color="white") for frame in frames]
    if out.suffix.lower() != ".gif":
        out.mkdir(parents=True, exist_ok=True)
        paths = [out / frame.with_suffix(".png").name for frame in frames]
        for path, picture in zip(paths, pictures):
            path.write_bytes(picture)
        return paths
    first, *rest = [Image.open(io.BytesIO(picture)).convert("P", palette=Image.Palette.ADAPTIVE) for picture in pictures]
    first.save(out, save_all=True, append_images=rest, duration=round(1000 * seconds_per_frame), loop=0)
    return [out]


def _from_header(function, native):
    """Puts the header's sentence in front of the Python one."""
    function.__doc__ = native.__doc__.split("\n\n", 1)[-1].strip() + "\n\n    " + function.__doc__.strip() + "\n"


_from_header(run, _percuta.run)
_from_header(compare, _percuta.compare)
_from_header(insert, _percuta.insert)
