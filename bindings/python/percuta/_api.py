"""What computes, and what there is to choose from."""

import difflib as _difflib
import json as _json
import os as _os
import pathlib as _pathlib

from . import _percuta
from ._case import case_of as _case_of
from ._overrides import flattened as _flattened
from ._parts import Device, Skin
from ._percuta import InputError
from ._progress import listener as _listener
from ._quantity import Quantity
from ._result import Comparison, Result


def _arrays(items):
    from ._array import Array

    return {path: Array(values, unit, long_name) for path, values, unit, long_name in items}


def _wrap(native, case):
    return Result(_json.loads(native.summary_json()), _arrays(native.datasets()), native, case)


def _computed(function, case, progress, *more):
    with _listener(progress) as heard:
        return _wrap(function(case._checked(), *more[:1], heard, *more[1:]), case)


def run(case, overrides=None, progress=None):
    """The whole path from a case to depth, channels and healing.

    case: a Case, the path of a case file, or the name of an example. overrides: a dictionary of values put over it, as
    {"device.needle.length": "1.0 mm"}. progress: called with the stage as text and the fraction of it that is done, 0 to 1;
    None draws a bar when stderr is a terminal, False draws none.

    Returns a Result. Takes seconds; the same seed gives the same numbers. Raises InputError for a bad case (every error
    at once), TypeError for an override that no case file can hold, OSError when data cannot be read, Error when a solve
    gives up.
    """
    return _computed(_percuta.run, _case_of(case, _flattened(overrides)), progress)


def roll(case, overrides=None, progress=None):
    """The device on a patch of skin: a case's path up to its channels, without what the skin does afterwards.
    Arguments, Result and errors as of `run`. percuta.plots draws where channels lie, how deep they are and how evenly.
    """
    return _computed(_percuta.roll, _case_of(case, _flattened(overrides)), progress)


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
    is not there, Error when the solve gives up at once; one that gave up later has summary["insertion"]["complete"] False.
    """
    names, set_ = _percuta.insertion_keys(), _flattened(overrides)
    threads = choices.pop("threads", 0)
    if not isinstance(threads, int) or not 0 <= threads <= 64:
        raise ValueError(f"threads: a number from 0 to 64 is wanted, not {threads!r}")
    for name, value in choices.items():
        if name not in names:
            near = _difflib.get_close_matches(name, names, 1)
            raise TypeError(f"insert() has no choice {name!r}" + (f"; did you mean {near[0]!r}?" if near else ": " + ", ".join([*names, "threads"])))
        if isinstance(value, Quantity) or hasattr(value, "m_as"):  # the latter of the package pint
            set_ += _flattened({f"insertion.{name}": value})
            continue
        if not isinstance(value, (str, bool, int, float, _os.PathLike)):
            raise TypeError(f"{name}: a text, a number, a quantity, True or False is wanted, not {value!r}")
        set_.append((f"insertion.{name}", _json.dumps(str(value) if isinstance(value, _os.PathLike) else value)))
    return _computed(_percuta.insert, _case_of(case, set_), progress, threads, str(checkpoint or ""), resume)


def deliver(case, overrides=None, progress=None, *, solute=None, **choices):
    """What gets in through the channels of the device: amounts by layer, flux, lag, gain over unbroken skin. Arguments, Result and
    errors as of `run`. solute: one of entries("solutes"), or keys of [solute]. The choices are the keys of [delivery]: dose="20 uL/cm^2",
    concentration="15 %", start="5 min", cover=True; explain("delivery") has them. TypeError for another choice.
    """
    names = [key["path"].removeprefix("delivery.") for key in _percuta.case_keys() if key["path"].startswith("delivery.")]
    for name in choices:
        if name not in names:
            near = _difflib.get_close_matches(name, names, 1)
            raise TypeError(f"deliver() has no choice {name!r}" + (f"; did you mean {near[0]!r}?" if near else ": " + ", ".join(names)))
    set_ = [*_flattened(overrides), *_flattened({} if solute is None else {"solute": solute}), *_flattened({"delivery": choices})]
    return _computed(_percuta.deliver, _case_of(case, set_), progress)


def _written(key, value):
    """As in a case file; texts without quotes where they need none."""
    if isinstance(value, dict):
        raise TypeError(f"{key}: {value!r} is a table, and no value to compare")
    if hasattr(value, "_as_pairs"):
        if list(value._as_pairs(key)) != [(f"{key}.base", _json.dumps(getattr(value, "base", None)))]:
            raise TypeError(f"{key}: entries of the catalogue are compared, by name; compare others by the keys in which they differ")
        value = value.base
    ((_, text),) = _flattened({key: value})
    return text if not isinstance(value, str) or not set(text) & set(",[]\"'") else _json.dumps(text)


def _leaves(overrides, above=""):
    """Pairs of dotted key and value of a dictionary that may hold further ones."""
    for key, value in overrides.items():
        if isinstance(value, dict) and isinstance(key, str):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield (above + key if isinstance(key, str) else key), value


def _values(value):
    """What a list, an array or an array with a unit holds, as a list; None for a single value."""
    if hasattr(value, "tolist"):
        unit, value = getattr(value, "unit", ""), value.tolist()
        value = [Quantity(one, unit) for one in value] if unit and isinstance(value, list) else value
    return list(value) if isinstance(value, (list, tuple)) else None


def _split(overrides):
    """Overrides, and those among them that can only be values to compare: lists for keys that hold one value, lists of lists."""
    if not isinstance(overrides, dict):
        return overrides, {}
    kinds = {key["path"]: key["kind"] for key in _percuta.case_keys()}
    plain, lists = {}, {}
    for key, value in _leaves(overrides):
        values = _values(value)
        if values is None:
            plain[key] = value
        elif kinds.get(key) in ("list", "records") or any(isinstance(one, dict) for one in values):
            (lists if values and all(isinstance(one, (list, tuple)) for one in values) else plain)[key] = values
        else:
            lists[key] = values
    return plain, lists


def compare(case, overrides=None, progress=None, vary=None):
    """Runs side by side, each with other values of some keys: those of `vary`, or of the case's [compare] table.
    case, overrides, progress: as in `run`. vary: {"device.needle.length": ["0.5 mm", "1.0 mm"], "protocol.load": ["1 N", "5 N"]};
    of several keys every combination is a row. compare(case, {"skin": ["cheek", "forehead"]}), with lists alone, varies them too.

    Returns a Comparison {values as written, "0.5 mm, 1 N": Result, or the reason as text where the case failed}. Raises
    InputError for a case that is bad, a key that is unknown, or where nothing is compared, OSError when data cannot be read.
    """
    overrides, lists = _split(overrides)
    vary = {**lists, **{key: list(values) for key, values in (vary or {}).items()}}
    case = _case_of(case, _flattened(overrides))
    rows = case._rows([f"{key}={','.join(_written(key, value) for value in values)}" for key, values in vary.items()])
    cases, out = {}, {}
    for label, pairs in rows:
        try:
            cases[label] = case._with_pairs(pairs, row=True)
        except InputError as e:
            cases[label] = str(e)
    with _listener(progress) as heard:
        for label, one in cases.items():
            native, failure = (None, one) if isinstance(one, str) else _percuta.row(one._checked(), heard)
            out[label] = failure if native is None else _wrap(native, one)
            if heard is not None:
                heard("comparison", len(out) / len(rows))
    values = {label: dict(pairs) for label, pairs in rows}
    return Comparison(out, {key: list(dict.fromkeys(row[key] for row in values.values())) for key, _ in rows[0][1]}, values)


def _comparison_in(folder):
    try:
        rows = _json.loads((folder / "comparison.json").read_text(encoding="utf-8"))["rows"]
        values = {row["value"]: row["values"] for row in rows}
        results = {row["value"]: load(folder / row["folder"]) if "folder" in row else row["failure"] for row in rows}
    except (ValueError, KeyError) as e:
        raise OSError(f"{folder / 'comparison.json'}: is no comparison: {e}") from None
    varied = {}
    for row in values.values():
        for key, value in row.items():
            if value not in varied.setdefault(key, []):
                varied[key].append(value)
    return Comparison(results, varied, values)


def load(folder):
    """The Result in a folder written by `percuta run`, `percuta insert` or Result.save, or the Comparison in one of `percuta compare`.
    It holds summary and arrays, and cannot write files. Raises OSError when the folder holds no result.
    """
    folder = _pathlib.Path(folder)
    if (folder / "comparison.json").exists():
        return _comparison_in(folder)
    try:
        summary = _json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except ValueError as e:
        raise OSError(f"{folder / 'summary.json'}: is no summary of a result: {e}") from None
    return Result(summary, _arrays(_percuta.read_hdf5(str(folder / "results.h5"))))


def entries(kind):
    """The catalogue: {name: title} of its "skins", "devices", "materials", "solutes", "healing", "cases" or "targets".
    Raises ValueError for another kind, OSError when the data folder is not found.
    """
    return _percuta.entries(kind)


def skins():
    """Skins of the catalogue as {name: title}; one's own come from the folder PERCUTA_CATALOGUE. OSError when data cannot be read."""
    return _percuta.entries("skins")


def devices():
    """Devices of the catalogue as {name: title}, as `skins`. OSError when data cannot be read."""
    return _percuta.entries("devices")


def skin(name):
    """The Skin of the catalogue with this name: skin("cheek").layers["reticular_dermis"].shear_modulus is a percuta.Quantity [SI].
    What it holds is found by name and completed by Tab; .inputs is the same as a table, with sources, evidence classes and
    spreads. Raises InputError for an unknown name, with the nearest.
    """
    return Skin(base=str(name))


def device(name):
    """The Device of the catalogue with this name: device("mf8-1.5mm").needle.length is a percuta.Quantity [SI]; as `skin`.
    Raises InputError for an unknown name, with the nearest.
    """
    return Device(base=str(name))


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
