"""What finite elements said of one's own skin is kept: the same numbers again at once, whatever becomes of the file."""

import json
import subprocess
import time

from conftest import PERCUTA, SMALL

# Deeper fat than any skin of the catalogue.
OWN = ["--set", "skin.layers.hypodermis.thickness=4.4321 mm"]


def call(verb, case, cache, *more):
    done = subprocess.run([PERCUTA, verb, str(case), *OWN, *more, "--json"], capture_output=True, text=True, timeout=300,
                          env={"PERCUTA_CACHE": str(cache), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def from_cache(case, cache, *more):
    return "from cache, drum on skin from cache" in json.dumps(call("check", case, cache, *more))


def test_an_own_skin_is_solved_once(case, tmp_path):
    cache, file = tmp_path / "cache", case(SMALL)
    assert not from_cache(file, cache)
    first = call("run", file, cache)
    kept = sorted(p.name for p in cache.iterdir())
    assert len(kept) == 2 and kept[0].startswith("cell-") and kept[1].startswith("drum-")  # and nothing half written
    whole = (cache / kept[0]).read_bytes()
    assert from_cache(file, cache) and call("run", file, cache) == first
    # Another length, load and speed of the same needle on the same skin need no finite elements either.
    other = ["--set", "device.needle.length=0.4 mm", "--set", "protocol.load=2 N", "--set", "protocol.speed=slow"]
    assert from_cache(file, cache, *other) and call("run", file, cache, *other)["insertion"] != first["insertion"]
    (cache / kept[0]).write_bytes(whole[:700])
    assert call("run", file, cache) == first
    assert (cache / kept[0]).read_bytes() == whole  # mended
    assert sorted(p.name for p in cache.iterdir()) == kept


def test_two_processes_keep_one_file(case, tmp_path):
    cache, file = tmp_path / "cache", case(SMALL)
    both = [subprocess.Popen([PERCUTA, "run", str(file), *OWN, "--json", "-q"], stdout=subprocess.PIPE, text=True,
                             env={"PERCUTA_CACHE": str(cache), "PATH": "/usr/bin:/bin"}) for _ in range(2)]
    one, two = (json.loads(p.communicate(timeout=300)[0]) for p in both)
    assert one == two and len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_done_without(case):
    summary = call("run", case(SMALL), "/proc/nowhere")
    assert summary["insertion"]["share_pierced"]["value"] > 0.0


def test_a_comparison_that_was_killed_goes_on_with_what_was_solved(case, tmp_path):
    """kill -9 leaves no folder; the finite elements of the rows that were done are in the cache."""
    cache, file, out = tmp_path / "cache", case(SMALL), tmp_path / "out"
    # The rows differ in what finite elements are asked: each takes seconds of its own.
    vary = ["--vary", "device.needle.tip_radius=21 um,22 um"]
    environment = {"PERCUTA_CACHE": str(cache), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen([PERCUTA, "compare", str(file), *OWN, *vary, "-o", str(out), "-q"], env=environment)
    for _ in range(3000):
        if cache.exists() and any(p.name.startswith("cell-") and p.suffix == ".csv" for p in cache.iterdir()):
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert not out.exists() and from_cache(file, cache, "--set", "device.needle.tip_radius=21 um")
    again = subprocess.run([PERCUTA, "compare", str(file), *OWN, *vary, "-o", str(out), "--json"], capture_output=True, text=True, env=environment, timeout=300)
    assert again.returncode == 0, again.stderr
    assert ["summary" in row for row in json.loads(again.stdout)["rows"]] == [True, True]
    assert len([p for p in cache.iterdir() if p.name.startswith("cell-")]) == 2  # the first row was not solved again
