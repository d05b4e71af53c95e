"""Needle-skin interaction: depth, channel density and collagen response.

>>> import percuta
>>> r = percuta.run("data/cases/cheek-medical-roller.toml")    # doctest: +SKIP
>>> r.summary["insertion"]["pierced_depth"]                    # doctest: +SKIP

Values are in SI units. Research and teaching software; it recommends no treatment.
"""

import json as _json
import pathlib as _pathlib

from . import _percuta
from ._array import Array
from ._percuta import Error, InputError, case_template, data_folder, entries, explain, json_schema
from ._percuta import version as __version__

__all__ = ["run", "insert", "compare", "load", "animate", "Result", "Array", "Error", "InputError", "entries", "explain",
           "json_schema", "case_template", "data_folder"]


def _arrays(items):
    return {path: Array(values, unit, long_name) for path, values, unit, long_name in items}


class Result:
    """What one case gave: `summary` as in summary.json, `arrays` as in results.h5, by path.

    r["/healing/collagen"] is the array at that path; r.save(folder) writes every file.
    """

    def __init__(self, summary, arrays, native=None):
        self.summary, self.arrays, self._native = summary, arrays, native

    @property
    def warnings(self):
        return self.summary["warnings"]

    def __getitem__(self, path):
        return self.arrays[path]

    def __repr__(self):
        about, case = self.summary["insertion"], self.summary["percuta"]["case"]
        if "pierced_depth" not in about:  # skin that was not to be pierced
            return f"<percuta.Result {case!r}: force {about['force_at_depth']['value'] * 1e3:.3g} mN>"
        return f"<percuta.Result {case!r}: pierced depth {about['pierced_depth']['value'] * 1e3:.3g} mm>"

    def save(self, folder, overwrite=False):
        """Writes summary.json, results.h5, fields/ and report.html into a folder, whole or not at all."""
        if self._native is None:
            raise Error("a loaded result is on disk already")
        web = _pathlib.Path(data_folder()) / "web"
        if not web.is_dir():
            raise OSError("the chart library of the report is missing; it is installed when npm is there at build time")
        script = (web / "uPlot.iife.min.js").read_text(encoding="utf-8")
        style = (web / "uPlot.min.css").read_text(encoding="utf-8")
        self._native.save(str(folder), overwrite, script, style)


def _wrap(native):
    return Result(_json.loads(native.summary_json()), _arrays(native.datasets()), native)


def _overrides(overrides):
    return [(key, str(value).lower() if isinstance(value, bool) else str(value)) for key, value in (overrides or {}).items()]


def run(case, overrides=None, progress=None):
    """case: path of a case file. overrides: {"device.needle.length": "1.0 mm"}. progress: called with
    (stage, fraction). Raises InputError for a bad case (every error at once), Error when a solve gives up.
    """
    return _wrap(_percuta.run(str(case), _overrides(overrides), progress))


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
    for name, value in choices.items():
        if not hasattr(chosen, name):
            raise TypeError(f"insert() has no choice {name!r}")
        setattr(chosen, name, value)
    return _wrap(_percuta.insert(str(case), _overrides(overrides), chosen, progress, str(checkpoint or ""), resume))


def compare(case, overrides=None, progress=None):
    """Runs the values of the case's [compare] table: {value: Result, or the reason as text}."""
    return {value: _wrap(native) if native is not None else failure
            for value, native, failure in _percuta.compare(str(case), _overrides(overrides), progress)}


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
