"""healing.level = "patch": every channel of a square, alone, on two processes, and after a kill."""

import json
import os
import signal
import subprocess
import time

import h5py
import numpy as np
import pytest

from conftest import CASES, PERCUTA

CASE = "cheek-medical-roller"
PATCH = ["--set", "healing.level=patch", "--set", "healing.members=0", "--set", "healing.cells=60", "--set", "healing.days=40 days"]


def environment(cache):
    return dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PERCUTA_DATA=str(CASES.parent),
                PERCUTA_CACHE=str(cache))


def heal(cache, *arguments, launcher=()):
    run = subprocess.run([*launcher, PERCUTA, "heal", CASE, *PATCH, *arguments, "--json"], capture_output=True, text=True,
                         env=environment(cache))
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def courses(folder):
    with h5py.File(folder / "results.h5") as file:
        return {name: file[f"healing/{name}"][:] for name in ("time", "whole_dermis_collagen", "strength", "map_collagen")}


def test_a_patch_is_followed_channel_by_channel(tmp_path):
    summary = heal(tmp_path, "--set", "healing.patch=1.5 mm", "-o", tmp_path / "out")
    healing = summary["healing"]
    channels = healing["patch_channels"]
    assert channels == pytest.approx(0.0225 * 244, abs=6)  # by chance, and what clusters
    least, most = healing["patch_collagen_change_least"]["value"], healing["patch_collagen_change_most"]["value"]
    assert all(a < b for a, b in zip(least, most))
    with h5py.File(tmp_path / "out" / "results.h5") as file:
        maps = file["healing/map_collagen"][:]
        papillary = np.interp(file["healing/profile_time"][:], file["healing/time"][:], file["healing/papillary_collagen"][:])
    # The mean of the map is the mean of the papillary dermis.
    assert np.allclose(maps.mean(axis=1), papillary, atol=2e-5)
    assert (tmp_path / "out" / "fields" / "healing-map-day-28.vtu").exists()
    assert "Where collagen changes" in (tmp_path / "out" / "report.html").read_text()


def test_two_processes_share_a_patch_and_agree(tmp_path):
    two = ["mpirun", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1", "-n", "2"]
    arguments = ["--set", "healing.patch=1 mm", "-o"]
    heal(tmp_path, *arguments, tmp_path / "one")
    heal(tmp_path, *arguments, tmp_path / "two", launcher=two)
    one, other = courses(tmp_path / "one"), courses(tmp_path / "two")
    # As far as the tolerance of a step leaves it, of courses and of a map whose holes are 0.8 below.
    allowed = {"time": 0.0, "map_collagen": 1e-4}
    for name, values in one.items():
        assert np.allclose(values, other[name], rtol=0, atol=allowed.get(name, 1e-5)), name


def test_a_killed_run_goes_on_with_the_same_numbers(tmp_path):
    arguments = ["--set", "healing.patch=2 mm", "--set", "healing.cells=80"]
    whole = heal(tmp_path / "whole", *arguments, "-o", tmp_path / "a")
    cache = tmp_path / "broken"
    run = subprocess.Popen([PERCUTA, "heal", CASE, *PATCH, *arguments, "-o", tmp_path / "b"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env=environment(cache))
    while run.poll() is None and not list(cache.glob("healing-*.state")):
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert list(cache.glob("healing-*.state"))  # it was killed, and something was kept
    run = subprocess.run([PERCUTA, "heal", CASE, *PATCH, *arguments, "-o", tmp_path / "b", "--overwrite"], capture_output=True,
                         text=True, env=environment(cache))
    assert run.returncode == 0 and "healing goes on from day" in run.stderr, run.stderr
    assert json.loads((tmp_path / "b" / "summary.json").read_text())["healing"] == whole["healing"]
    one, other = courses(tmp_path / "a"), courses(tmp_path / "b")
    for name, values in one.items():
        assert np.array_equal(values, other[name]), name
    assert not list(cache.glob("healing-*.state*"))


def test_a_patch_lies_within_the_treated_skin(percuta, case):
    run = percuta("check", case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n[healing]\nlevel = \"patch\"\npatch = \"30 mm\"\n"))
    assert run.code != 0
    assert "healing.patch is larger than the treated skin, which is 20 mm across" in run.err


def test_a_patch_of_another_level_has_no_effect(percuta, case):
    run = percuta("heal", case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n[healing]\nmembers = 0\npatch = \"1 mm\"\n"), "--json")
    assert run.code == 0, run.err
    assert any("healing.patch" in w and "level = \"patch\" alone reads it" in w for w in json.loads(run.out)["warnings"])
