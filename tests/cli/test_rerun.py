"""A result is made again from its results.h5 alone: the same datasets, byte for byte."""

import json
import os
import re
import shutil

import h5py
import pytest

from conftest import CASES, SMALL, SOURCE
from test_insert import CASE, QUICK, WEAK

LEAN = "along um, depth um, tilt deg\n0, 0, 0\n2, 40, 5\n"
CLOCKED = {"summary/cost/seconds", "summary/cost/megabytes", "summary/cost/threads"}


def datasets(path):
    out = {}
    with h5py.File(path) as file:
        def keep(name, item):
            if isinstance(item, h5py.Dataset) and name not in CLOCKED:
                value = item[()]
                out[name] = value if isinstance(value, bytes) else (value.dtype, value.shape, value.tobytes())
        file.visititems(keep)
        assert file["provenance"].attrs["format"] == "2"
    return out


def again(percuta, folder, **keywords):
    run = percuta("rerun", folder / "out/results.h5", "-o", folder / "again", "-q", **keywords)
    assert run.code == 0, run.err
    first = datasets(folder / "out/results.h5")
    assert len(first) > 20 and first == datasets(folder / "again/results.h5")
    said = [json.loads((folder / name / "summary.json").read_text()) for name in ("out", "again")]
    assert said[0]["limits"] and said[0]["limits"] == said[1]["limits"]
    assert said[0]["warnings"] == said[1]["warnings"] and said[0]["sources"] == said[1]["sources"]


def test_a_run(percuta, case, tmp_path):
    path = case(SMALL)
    run = percuta("run", path, "--set", 'protocol.directions=["vertical", "diagonal_up"]', "--set", "title=7", "--set", "skin.tension=1 kPa", "-o", tmp_path / "out", "-q")
    assert run.code == 3  # a title is a text
    run = percuta("run", path, "--set", 'protocol.directions=["vertical", "diagonal_up"]', "--set", 'title="7"', "-o", tmp_path / "out", "-q")
    assert run.code == 0, run.err
    path.unlink()
    again(percuta, tmp_path)


@pytest.mark.parametrize("arguments", [
    ["-d", "0.1 mm", "--frames", "2", "--set", "protocol.load=3 N"],  # which has no effect, and is said to
    ["--cell", "--force", "20 mN", "--frames", "0"],
])
def test_an_axisymmetric_insertion(percuta, tmp_path, arguments):
    assert percuta("insert", CASE, *arguments, "-o", tmp_path / "out", "-q").code == 0
    again(percuta, tmp_path)


def test_a_solid_insertion_along_a_path_whose_file_is_gone(percuta, case, tmp_path):
    poses = tmp_path / "poses.csv"
    poses.write_text(LEAN)
    run = percuta("insert", case(WEAK), "--level", "solid", *QUICK, "--path", poses, "--frames", "0", "-o", tmp_path / "out", "-q")
    assert run.code == 0, run.err
    poses.unlink()
    again(percuta, tmp_path)


def test_a_catalogue_that_has_moved_on_changes_nothing(percuta, case, tmp_path):
    """The skin's own figures are in the file; the finite-element responses too."""
    assert percuta("run", case(SMALL), "-o", tmp_path / "out", "-q").code == 0
    data = tmp_path / "data"
    shutil.copytree(SOURCE / "data", data)
    skin = data / "skins/cheek.toml"
    text = skin.read_text()
    changed = re.sub(r'(thickness = \{ value = )"[\d.]+ um"', r'\1"50 um"', text, count=1)
    assert changed != text
    skin.write_text(changed)
    shutil.rmtree(data / "tables")
    (data / "tables").mkdir()
    shutil.copy(SOURCE / "data/tables/crack-opening.csv", data / "tables")
    again(percuta, tmp_path, env=dict(os.environ, PERCUTA_DATA=str(data), PERCUTA_CACHE="off"))


def test_what_is_no_result_is_refused(percuta, tmp_path):
    (tmp_path / "results.h5").write_text("no")
    run = percuta("rerun", tmp_path / "results.h5")
    assert run.code == 5 and "is it a result file?" in run.err
    assert percuta("rerun", CASES / "none.h5").code == 5
