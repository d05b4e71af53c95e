"""Runs side by side in threads give the numbers that each gives alone."""

import json
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import percuta
from conftest import SOURCE

CASES = SOURCE / "data/cases"
QUICK = {"protocol.passes_per_direction": 1, "healing.days": "30 days", "healing.cells": 40, "healing.members": 8}
# Needles of other tips, so that neither finds a curve of the other's.
RUNS = [(CASES / "cheek-medical-roller.toml", {**QUICK, "device.needle": {"length": "0.8 mm", "tip_radius": radius}}) for radius in ("21 um", "34 um")]
ALONE = """
import json, pickle, sys, percuta
case, overrides, out = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
pickle.dump(percuta.run(case, overrides), open(out, "wb"))
"""


def alone(case, overrides, out):
    """The result of a process that computes nothing else."""
    subprocess.run([sys.executable, "-c", ALONE, str(case), json.dumps(overrides), str(out)], check=True)
    return pickle.loads(out.read_bytes())


def test_runs_in_two_threads_give_the_numbers_of_runs_alone(tmp_path):
    expected = [alone(*run, tmp_path / str(k)) for k, run in enumerate(RUNS)]
    assert expected[0]["/insertion/force"].max() != expected[1]["/insertion/force"].max()
    together = threading.Barrier(2, timeout=60)

    def compute(run):
        together.wait()
        return percuta.run(*run)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):  # with nothing known yet, and with every curve known
            for found, wanted in zip(pool.map(compute, RUNS), expected):
                assert found.summary == wanted.summary
                for path, array in wanted.arrays.items():
                    np.testing.assert_array_equal(found[path], array, err_msg=path)


def test_one_case_in_two_threads_gives_the_same_result_twice():
    run = (CASES / "cheek-medical-roller.toml", {**QUICK, "device.needle": {"length": "0.8 mm", "tip_radius": "27 um"}})
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: percuta.run(*run), range(2))
    assert first.summary == second.summary


def test_progress_is_heard_in_the_thread_that_runs_and_other_threads_go_on():
    names, counted = set(), []

    def compute():
        percuta.run(CASES / "cheek-medical-roller.toml", {**QUICK, "device.needle": {"length": "0.8 mm", "tip_radius": "23 um"}},
                    progress=lambda stage, fraction: names.add(threading.current_thread().name))

    thread = threading.Thread(target=compute, name="computing")
    thread.start()
    while thread.is_alive():
        thread.join(0.01)
        counted.append(1)
    assert names == {"computing"}
    assert len(counted) > 5
