"""Needle-skin interaction: depth, channel density and collagen response.

>>> import percuta
>>> r = percuta.run("data/cases/cheek-medical-roller.toml")                    # doctest: +SKIP
>>> r.summary["insertion"]["pierced_depth"]                                    # doctest: +SKIP
>>> r["/healing/collagen"].unit, list(r.arrays)                                # doctest: +SKIP
>>> percuta.run("data/cases/cheek-medical-roller.toml",                        # doctest: +SKIP
...             {"device": {"needle": {"length": "1.0 mm"}}}).save("out/shorter")

run, roll, insert and compare compute and give a Result; percuta.plots draws channels; load reads one back; entries, explain, case_template and
json_schema say what a case may hold. Those that compute release the interpreter lock for other threads.

Values are in SI units. The arrays of a result are percuta.Array: NumPy arrays with two more attributes, unit ("m",
"N", "Pa"; "1" for a share) and long_name. Slices, copies, sums of one unit, abs, min, max, mean, sum and products
with a plain number keep the unit; any other operation gives the unit "", comparisons give plain arrays.

Overrides are values put over those of a case file: {"device.needle.length": "1.0 mm"} or, nested,
{"device": {"needle": {"length": "1.0 mm"}}}. Quantities are texts with their unit, lists are lists.

Exceptions, of every function:
  percuta.InputError a case, an override or a name in a catalogue is wrong; every mistake at once, with line and remedy
  ValueError         an argument is none of those allowed (InputError is one too)
  TypeError          an argument is of the wrong type, or a choice is unknown
  OSError            a file or folder cannot be read or written, or the data folder is not found
  percuta.Error      a solve gave up, or the result cannot do what was asked of it; a RuntimeError
  KeyboardInterrupt  Ctrl-C; calls end within about a second, large solid models within the solve they are in
and what a progress callable raises ends the call and is raised by it. Any other RuntimeError is a bug of ours.

Research and teaching software; it recommends no treatment.
"""

import copy as _copy
import difflib as _difflib
import json as _json
import os as _os
import pathlib as _pathlib

from . import _percuta
from ._array import Array
from ._overrides import flattened as _flattened
from ._percuta import Error, InputError
from ._percuta import version as __version__

# What help(percuta) prints. Array, Error and InputError are described above: help would add every method that they inherit.
__all__ = ["run", "roll", "insert", "compare", "load", "animate", "Result", "entries", "explain", "json_schema", "case_template", "data_folder"]

for _kind, _doc in ((Error, "A solve gave up, or a result cannot do what was asked of it; the text says what to try."),
                    (InputError, "A case file, an override or a name is wrong; the text has every mistake with its line and a remedy.")):
    _kind.__module__, _kind.__doc__ = "percuta", _doc


def _arrays(items):
    return {path: Array(values, unit, long_name) for path, values, unit, long_name in items}


class Result:
    """What one case gave.

    summary: a dictionary, as in summary.json; every value with its unit. arrays: {path: Array}, as in results.h5;
    list(r.arrays) has the paths, and r["/healing/collagen"] is the array at one of them; a wrong one raises KeyError with
    the nearest. warnings: what limits the result, as texts.

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
    """The whole path from a case to depth, channels and healing.

    case: path of a case file. overrides: a dictionary of values put over it, as {"device.needle.length": "1.0 mm"}.
    progress: called with the stage as text and the fraction of it that is done, 0 to 1.

    Returns a Result. Takes seconds; the same seed gives the same numbers. Raises InputError for a bad case (every error
    at once), TypeError for an override that no case file can hold, OSError when data cannot be read, Error when a solve
    gives up.
    """
    return _wrap(_percuta.run(str(case), _flattened(overrides), progress))


def roll(case, overrides=None, progress=None):
    """The device on a patch of skin: a case's path up to its channels, without what the skin does afterwards.

    Arguments, Result and errors as of `run`. percuta.plots draws where channels lie, how deep they are and how evenly.
    """
    return _wrap(_percuta.roll(str(case), _flattened(overrides), progress))


def insert(case, overrides=None, progress=None, *, checkpoint=None, resume=False, **choices):
    """One needle of the case put into its skin by finite elements.

    case, overrides, progress: as in `run`. checkpoint: path of a file that keeps the state of a long insertion, written
    now and then and when it is interrupted, removed at its end. resume: go on from that file. The choices are texts,
    quantities with their unit ("0.4 mm"), unless a number is named:

      level           "axisymmetric" (until the skin opens, seconds) or "solid" (through puncture and out again, minutes)
      displacement    of the tip at the deepest point; the needle's length if nothing is given
      force           at which the push ends
      hold            time for which the needle stays there
      speed           of the tip, for skin that relaxes
      cell            True: with its base and its neighbours, in its share of the device (axisymmetric level)
      stay            True: leave the needle in
      motion          "push" or "roll"
      path            a file of poses in place of a motion, rows of numbers under "along um, depth um, tilt deg"
      tilt            of the needle
      spacing         of an array of needles that go in together
      step            largest travel of a step
      part            "quarter", "half" or "whole": what is computed of the skin round the needle
      solver          "auto", "direct" or "iterative"
      mesh            "fixed" or "following": whether its finest cells go with tip and crack
      cells_per_tip_radius, cells_per_shank, cells_per_fracture_zone, cells_along_path
                      numbers, how fine the mesh is
      bulk_over_shear number, to which the bulk modulus of a layer is cut
      frames          number of pictures that `save` writes
      threads         number; 0 takes every core

    They are the keys of a case's [insertion] table. Returns a Result whose arrays are the states of the needle, a value each:
    r["/insertion/force"] [N] against r["/insertion/displacement"] [m]. Raises InputError for a bad case or choice and for a
    needle and skin that do not go together, TypeError for an unknown choice, OSError for a file of poses or a checkpoint that
    is not there, Error when the solve gives up at once; one that gave up later has
    summary["insertion"]["complete"] False.
    """
    names, set_ = _percuta.insertion_keys(), list(_flattened(overrides))
    threads = choices.pop("threads", 0)
    if not isinstance(threads, int) or not 0 <= threads <= 64:
        raise ValueError(f"threads: a number from 0 to 64 is wanted, not {threads!r}")
    for name, value in choices.items():
        if name not in names:
            near = _difflib.get_close_matches(name, names, 1)
            raise TypeError(f"insert() has no choice {name!r}" + (f"; did you mean {near[0]!r}?" if near else ": " + ", ".join([*names, "threads"])))
        if not isinstance(value, (str, bool, int, float, _os.PathLike)):
            raise TypeError(f"{name}: a text, a number, True or False is wanted, not {value!r}")
        set_.append((f"insertion.{name}", _json.dumps(str(value) if isinstance(value, _os.PathLike) else value)))
    return _wrap(_percuta.insert(str(case), set_, threads, progress, str(checkpoint or ""), resume))


def _written(value):
    """As in a case file; texts without quotes where they need none."""
    return value if isinstance(value, str) and not set(value) & set(",[]\"'") else _json.dumps(value)


def compare(case, overrides=None, progress=None, vary=None):
    """Runs side by side, each with other values of some keys: those of `vary`, or of the case's [compare] table.

    case, overrides, progress: as in `run`. vary: {"device.needle.length": ["0.5 mm", "1.0 mm"], "protocol.load": ["1 N", "5 N"]};
    of several keys every combination is a row. Returns {values as written, "0.5 mm, 1 N": Result, or the reason as text where
    the case failed}. Raises InputError for a case that is bad, a key that is unknown, or where nothing is compared, OSError
    when data cannot be read.
    """
    varied = [f"{key}={','.join(map(_written, values))}" for key, values in (vary or {}).items()]
    return {value: _wrap(native) if native is not None else failure
            for value, native, failure in _percuta.compare(str(case), _flattened(overrides), progress, varied)}


def load(folder):
    """The Result in a folder written by `percuta run`, `percuta insert` or Result.save.

    It holds summary and arrays, and cannot write files. Raises OSError when the folder holds no result.
    """
    folder = _pathlib.Path(folder)
    try:
        summary = _json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except ValueError as e:
        raise OSError(f"{folder / 'summary.json'}: is no summary of a result: {e}") from None
    return Result(summary, _arrays(_percuta.read_hdf5(str(folder / "results.h5"))))


def entries(kind):
    """The catalogue: {name: title} of its "skins", "devices", "materials" or "cases".

    Raises ValueError for another kind, OSError when the data folder is not found.
    """
    return _percuta.entries(kind)


def explain(key):
    """What a key of a case file, or every key of a table, means: text with allowed values, unit and default.

    key: with its full path, "device.needle.length", or "device.needle". Raises InputError for an unknown one, with the nearest.
    """
    return _percuta.explain(key)


def json_schema():
    """The JSON Schema of case files as text, for completion in editors."""
    return _percuta.json_schema()


def case_template():
    """A commented case file with every key, as text."""
    return _percuta.case_template()


def data_folder():
    """Path of the folder with skins, devices, materials and tables: PERCUTA_DATA of the environment, else the installed one.

    Raises OSError when there is none.
    """
    return _percuta.data_folder()


def animate(folder, out, view="along", width=900, seconds_per_frame=0.25):
    """The frames of an insertion as one moving picture (out ends in .gif) or as PNG files (out is a folder).

    folder: of a result of `insert` or `percuta insert`. view: "along" the plane in which the needle moves or "across" it.
    width: of the pictures [pixels]. seconds_per_frame: of the moving picture [s]. Returns the paths written. Needs the
    packages cairosvg and pillow (pip install percuta[animation]), and raises ImportError without them. Raises OSError when
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
