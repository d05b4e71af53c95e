"""Ctrl-C and progress: every call ends soon, with the exception that a user expects."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import percuta
from conftest import SOURCE

CASES = SOURCE / "data/cases"
PATIENCE = 2.0  # from Ctrl-C to the end of the process [s]

# A signal finds each at work: they take several seconds where nothing is known yet, or are repeated.
CALLS = {
    # A skin that no table knows, and that nobody has solved yet.
    "run": "import os\npercuta.run(cases + '/cheek-medical-roller.toml', {'skin.layers.hypodermis.thickness': f'4.{os.getpid()} mm'}, progress=progress)",
    "compare": "percuta.compare(cases + '/needle-lengths.toml', progress=progress)",
    "insert axisymmetric": "while True: percuta.insert(cases + '/single-needle.toml', progress=progress)",
    "insert solid": "percuta.insert(cases + '/single-needle.toml', level='solid', progress=progress)",
}


def interrupt(call, after, progress="None"):
    """Starts a call in a Python of its own and sends Ctrl-C `after` seconds later: its error output and the seconds it took to end."""
    script = f"import sys, percuta\ncases, progress = sys.argv[1], {progress}\nprint('begun', flush=True)\n{CALLS[call]}\nprint('ended', flush=True)\n"
    process = subprocess.Popen([sys.executable, "-c", script, str(CASES)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "begun\n"
        time.sleep(after)
        assert process.poll() is None, "the call was over before the signal"
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "ended" not in out
    return error, time.monotonic() - sent, process.returncode


@pytest.mark.parametrize("after", (0.02, 0.4, 1.3))
@pytest.mark.parametrize("call", CALLS)
def test_ctrl_c_ends_every_call(call, after):
    error, seconds, code = interrupt(call, after)
    assert error.strip().splitlines()[-1] == "KeyboardInterrupt", error
    assert code == -signal.SIGINT
    assert seconds < PATIENCE


@pytest.mark.parametrize("call", CALLS)
def test_ctrl_c_ends_calls_that_tell_their_progress(call):
    error, seconds, _ = interrupt(call, 0.7, progress="lambda stage, fraction: None")
    assert error.strip().splitlines()[-1] == "KeyboardInterrupt", error
    assert seconds < PATIENCE


class Enough(Exception):
    """Raised by a progress callable, and by nothing else."""


def weary(stage, fraction):
    raise Enough(stage)


QUICK = {"protocol.passes_per_direction": 1, "healing.days": "10 days", "healing.cells": 30, "device.needle.length": "0.7 mm"}


@pytest.mark.parametrize("call", (lambda progress: percuta.run(CASES / "cheek-medical-roller.toml", QUICK, progress),
                                  lambda progress: percuta.compare(CASES / "needle-lengths.toml", progress=progress),
                                  lambda progress: percuta.insert(CASES / "single-needle.toml", progress=progress, displacement="0.05 mm"),
                                  lambda progress: percuta.insert(CASES / "single-needle.toml", progress=progress, level="solid")),
                         ids=list(CALLS))
def test_progress_that_raises_surfaces_its_own_exception(call):
    begun = time.monotonic()
    with pytest.raises(Enough) as caught:
        call(weary)
    assert time.monotonic() - begun < 10.0
    assert caught.traceback[-1].name == "weary"  # the place where it was raised is still known


def test_progress_that_raises_at_the_last_moment_is_not_lost(tmp_path):
    case = tmp_path / "lengths.toml"
    case.write_text('skin = "cheek"\ndevice = "mf8-1.0mm"\nhealing.days = "10 days"\nhealing.cells = 30\n'
                    '[compare]\nkey = "device.needle.length"\nvalues = ["0.4 mm", "0.5 mm"]\n')

    def late(stage, fraction):
        if stage == "comparison" and fraction >= 1.0:
            raise Enough(stage)

    with pytest.raises(Enough):
        percuta.compare(case, progress=late)


def test_signal_handler_of_the_user_is_heard_and_his_exception_kept():
    def alarm(number, frame):
        raise Enough("alarm")

    before = signal.signal(signal.SIGUSR1, alarm)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        timer.start()
        with pytest.raises(Enough, match="alarm"):
            percuta.insert(CASES / "single-needle.toml", level="solid")
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)


def test_interrupted_insertion_goes_on_from_its_checkpoint(tmp_path):
    choices = dict(level="solid", displacement="0.05 mm", stay=True, frames=0, cells_per_tip_radius=2, cells_per_shank=4, cells_per_fracture_zone=1.25)
    case, state = CASES / "single-needle.toml", tmp_path / "state"

    def halfway(stage, fraction):
        if fraction > 0.4:
            raise Enough(stage)

    with pytest.raises(Enough):
        percuta.insert(case, progress=halfway, checkpoint=state, **choices)
    assert state.exists()
    rest = percuta.insert(case, checkpoint=state, resume=True, **choices)
    whole = percuta.insert(case, **choices)
    assert rest["/insertion/force"] == pytest.approx(whole["/insertion/force"], rel=1e-6)
    assert not state.exists()
