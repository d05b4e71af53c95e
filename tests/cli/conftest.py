import json
import os
import pathlib
import tempfile
import signal
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("PERCUTA_SOURCE", pathlib.Path(__file__).parents[2]))
PERCUTA = os.environ.get("PERCUTA", str(SOURCE / "build/release/percuta"))
# What one test has solved serves the others, and nothing of an earlier day does.
os.environ.setdefault("PERCUTA_CACHE", tempfile.mkdtemp(prefix="percuta-cache-"))
CASES = SOURCE / "data/cases"
# A small case: seconds, not minutes, and everything on.
SMALL = """skin = "cheek"
device.base = "mf8-1.0mm"
[protocol]
passes_per_direction = 1
[channels]
sample_side = "10 mm"
[healing]
days = "30 days"
cells = 40
members = 8
"""


class Run:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr


def stopped(arguments, stage, name, **keywords):
    """The command stopped by a signal as soon as it reports a stage: its exit code and what it said on stderr."""
    process = subprocess.Popen([PERCUTA, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **keywords)
    seen = ""
    while stage not in seen:
        line = process.stderr.readline()
        assert line, f"ended before {stage!r}: {seen}"
        seen += line
    process.send_signal(getattr(signal, name))
    return process.wait(timeout=120), seen + process.stderr.read()


@pytest.fixture(scope="session")
def percuta():
    def call(*arguments, **keywords):
        keywords.setdefault("timeout", 240)
        return Run(subprocess.run([PERCUTA, *map(str, arguments)], capture_output=True, text=True, **keywords))

    return call


@pytest.fixture(scope="session")
def answered(percuta):
    """The rows of a verb that takes long, by their names: asked once for all tests."""
    known = {}

    def ask(*arguments):
        if arguments not in known:
            run = percuta(*arguments, "--json", "-q", timeout=480)
            assert run.code == 0, run.err
            known[arguments] = {row["name"]: row for row in json.loads(run.out)}
        return known[arguments]

    return ask


@pytest.fixture
def case(tmp_path):
    def write(text, name="case.toml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write
