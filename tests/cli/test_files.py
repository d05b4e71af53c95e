"""What reaches the disk: whole results or none, one writer at a time, nothing of others touched."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import time

import pytest

from conftest import CASES, PERCUTA, SMALL

# About a second: a blunt tip needs one mesh.
QUICK = """skin = "excised-human"
device.base = "mf8-0.5mm"
device.needle.tip_radius = "30 um"
[protocol]
passes_per_direction = 1
[channels]
sample_side = "5 mm"
[healing]
days = "30 days"
cells = 30
"""
SHIM = pathlib.Path(PERCUTA).parent / "libfailing_writes.so"
LARGE = QUICK.replace('"5 mm"', '"40 mm"').replace("passes_per_direction = 1", "passes_per_direction = 8")


def start(*arguments, **keywords):
    return subprocess.Popen([PERCUTA, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **keywords)


def hidden(folder):
    return [p.name for p in folder.iterdir() if p.name.startswith(".") or p.name.endswith(".part")]


def test_two_processes_with_one_folder(case, tmp_path):
    path = case(QUICK)
    both = [start("run", path, "-o", tmp_path / "out", "-q") for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes == [0, 5], errors
    loser = errors[[process.returncode for process in both].index(5)]
    assert "another run is writing there" in loser or "already holds something" in loser
    assert json.loads((tmp_path / "out/summary.json").read_text()) and hidden(tmp_path) == []


def wait_for_part(folder, process):
    while process.poll() is None and not hidden(folder):
        time.sleep(0.01)
    assert process.poll() is None, "done before it could be stopped"


def test_what_a_killed_run_leaves_is_cleared_by_the_next(percuta, case, tmp_path):
    path = case(QUICK)
    process = start("run", path, "-o", tmp_path / "out")
    wait_for_part(tmp_path, process)
    process.kill()
    process.communicate()
    assert hidden(tmp_path) != []
    assert percuta("run", path, "-o", tmp_path / "out", "-q").code == 0
    assert hidden(tmp_path) == [] and (tmp_path / "out/summary.json").exists()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_the_old_result_and_nothing_else(percuta, case, tmp_path, name):
    path = case(QUICK)
    assert percuta("run", path, "-o", tmp_path / "out", "-q").code == 0
    before = (tmp_path / "out/summary.json").read_bytes()
    process = start("run", path, "-o", tmp_path / "out", "--overwrite", "--set", "seed=2")
    wait_for_part(tmp_path, process)
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err
    assert (tmp_path / "out/summary.json").read_bytes() == before and hidden(tmp_path) == []


def test_a_link_is_followed(percuta, case, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert percuta("run", case(QUICK), "-o", tmp_path / "link", "-q").code == 0
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real/summary.json").exists()
    (tmp_path / "nowhere").symlink_to("no-such")
    lost = percuta("run", case(QUICK), "-o", tmp_path / "nowhere", "-q")
    assert lost.code == 5 and "link" in lost.err


def test_the_current_folder_is_refused_before_any_work(case, tmp_path):
    (tmp_path / "here").mkdir()
    done = subprocess.run([PERCUTA, "run", case(QUICK), "-o", "."], cwd=tmp_path / "here", capture_output=True, text=True)
    assert done.returncode == 5 and "folder that you stand in" in done.stderr
    above = subprocess.run([PERCUTA, "run", case(QUICK), "-o", "..", "--overwrite"], cwd=tmp_path / "here", capture_output=True, text=True)
    assert above.returncode == 5 and "folder that you stand in" in above.stderr
    assert "device cell" not in done.stderr


def test_parents_made_for_a_run_that_fails_are_taken_away(percuta, case, tmp_path):
    run = percuta("run", case(SMALL), "-o", tmp_path / "new/deep/out", "--set", "channels.width_ratio=1", "--set", "device.roller.drum_radius=2 mm", "--set", "protocol.passes_per_direction=100",
                  "--set", "channels.sample_side=5 mm")
    assert run.code == 4 and "overlap" in run.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("number", [1, 3, 9, 20, 40])
def test_a_write_that_fails(case, tmp_path, number):
    environment = dict(os.environ, LD_PRELOAD=str(SHIM), FAILING_WRITES_AT=str(number), FAILING_WRITES_BELOW=str(tmp_path / "disk"))
    (tmp_path / "disk").mkdir()
    done = subprocess.run([PERCUTA, "run", case(QUICK), "-o", tmp_path / "disk/out", "-q"], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 5, done.stderr
    assert "disk" in done.stderr and "No space left" in done.stderr and len(done.stderr.splitlines()) == 1
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_file_that_may_not_grow(case, tmp_path):
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    done = subprocess.run([PERCUTA, "run", case(LARGE), "-o", tmp_path / "out", "-q"], preexec_fn=limit, capture_output=True, text=True, timeout=240)
    assert done.returncode == 5 and "could not be written" in done.stderr
    assert not (tmp_path / "out").exists() and hidden(tmp_path) == []


def test_a_full_disk(case, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", disk], capture_output=True).returncode != 0:
        pytest.skip("a file system cannot be mounted here")
    try:
        done = subprocess.run([PERCUTA, "run", case(LARGE), "-o", disk / "out", "-q"], capture_output=True, text=True, timeout=240)
        assert done.returncode == 5 and "No space left" in done.stderr
        assert list(disk.iterdir()) == []
        root = subprocess.run([PERCUTA, "run", case(QUICK), "-o", disk, "-q"], capture_output=True, text=True, timeout=240)
        assert root.returncode == 5 and "another file system" in root.stderr
    finally:
        subprocess.run(["umount", disk], check=True)


def test_output_that_cannot_be_printed():
    with open("/dev/full", "w") as full:
        done = subprocess.run([PERCUTA, "list", "skins"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 5 and "could not be written" in done.stderr


def test_names_of_rows_stay_inside_the_result(percuta, case, tmp_path):
    values = ["..", "a b", "a_b", "comparison.json", "x" * 300, "<!--<script>"]
    text = QUICK + f"[compare]\nkey = \"title\"\nvalues = {json.dumps(values)}\n"
    (tmp_path / "results").mkdir()
    (tmp_path / "results/summary.json").write_text("mine")
    run = percuta("compare", case(text), "-o", tmp_path / "results/out", "-q")
    assert run.code == 0, run.err
    assert (tmp_path / "results/summary.json").read_text() == "mine"
    rows = json.loads((tmp_path / "results/out/comparison.json").read_text())["rows"]
    folders = [row["folder"] for row in rows]
    assert len(set(folders)) == len(values) and all((tmp_path / "results/out" / f / "results.h5").exists() for f in folders)
    for row in rows:  # the label is what was computed
        assert json.loads((tmp_path / "results/out" / row["folder"] / "summary.json").read_text())["percuta"]["case"] == row["value"]


def test_a_comparison_that_is_interrupted_keeps_its_rows_and_goes_on(percuta, case, tmp_path):
    text = QUICK + '[compare]\nkey = "device.needle.tip_radius"\nvalues = ["30 um", "31 um", "32 um", "33 um"]\n'
    whole = percuta("compare", case(text), "-o", tmp_path / "whole", "-q")
    assert whole.code == 0, whole.err
    process = start("compare", tmp_path / "case.toml", "-o", tmp_path / "out")
    seen = ""
    while seen.count("comparison") < 1:  # the first row is done
        line = process.stderr.readline()
        assert line, "ended before it could be stopped"
        seen += line
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "--resume" in err
    kept = json.loads((tmp_path / "out/comparison.json").read_text())["rows"]
    assert [row["value"] for row in kept] == ["30 um", "31 um", "32 um", "33 um"]
    done = [row for row in kept if "summary" in row]
    assert 1 <= len(done) < 4 and all("interrupted" in row["failure"] for row in kept if "summary" not in row)
    assert "interrupted" in (tmp_path / "out/report.html").read_text()
    row = tmp_path / "out" / done[0]["folder"] / "results.h5"
    whole_row = row.read_bytes()
    row.write_bytes(whole_row[: len(whole_row) // 2])
    damaged = percuta("compare", tmp_path / "case.toml", "-o", tmp_path / "out", "--resume")
    assert damaged.code == 5 and str(row) in damaged.err, damaged.err
    row.write_bytes(whole_row)
    again = percuta("compare", tmp_path / "case.toml", "-o", tmp_path / "out", "--resume")
    assert again.code == 0 and f"{len(done)} of 4 rows go on" in again.err, again.err
    assert again.err.count("device cell") <= 4 - len(done)
    first, second = (json.loads((tmp_path / name / "comparison.json").read_text())["rows"] for name in ("whole", "out"))
    assert first == second


def test_a_picture_is_what_its_name_says(percuta, tmp_path):
    run = percuta("law", "plot", CASES / "single-needle.toml", "-o", tmp_path / "laws.png")
    assert run.code == 2 and ".svg" in run.err and not (tmp_path / "laws.png").exists()
