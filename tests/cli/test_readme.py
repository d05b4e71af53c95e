"""Every block of the README runs, except those that set the machine up."""

import csv
import importlib.util
import os
import re
import subprocess
import sys

import pytest

from conftest import PERCUTA, SOURCE

TEXT = (SOURCE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|toml)\n(.*?)```", TEXT, re.S)
SCRIPTS = [block for kind, block in BLOCKS if kind == "sh" and "./bootstrap" not in block]


def test_readme_is_short_and_has_commands():
    assert len(TEXT.splitlines()) <= 120
    assert sum(len(script.splitlines()) for script in SCRIPTS) >= 10


@pytest.mark.parametrize("script", SCRIPTS)
def test_block_runs(script, tmp_path):
    # `validate` is asked by tests of its own, once for all.
    text = script.replace("build/release/percuta validate\n", "").replace("build/release/percuta", PERCUTA).replace("out/", f"{tmp_path}/out/")
    (tmp_path / "out").mkdir()
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    done = subprocess.run(["bash", "-ec", text], cwd=SOURCE, capture_output=True, text=True, timeout=480, env=environment)
    assert done.returncode == 0, done.stderr


def test_its_python_runs():
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=240, env=dict(os.environ, MPLBACKEND="svg"))
    assert done.returncode == 0, done.stderr
    assert "mm" in done.stdout


def test_its_table_of_trust_is_that_of_the_evidence():
    spec = importlib.util.spec_from_file_location("trust", SOURCE / "apps/manual/trust.py")
    trust = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(trust)
    assert TEXT.split(trust.BEGIN)[1].split(trust.END)[0].strip() == trust.block()
    assert "**miss**" in trust.block() and "| hit" in trust.block()


def test_the_table_of_trust_is_what_the_commands_say(answered):
    spec = importlib.util.spec_from_file_location("trust", SOURCE / "apps/manual/trust.py")
    trust = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(trust)
    kept = {row.split(",")[0]: row for row in trust.TABLE.read_text(encoding="utf-8").splitlines()}
    for what, by, expected, computed, unit, hit, verdict in trust.measured(answered):
        row = next(csv.reader([kept[what]])) if "," not in what else next(r for r in csv.reader(trust.TABLE.open(encoding="utf-8")) if r and r[0] == what)
        assert float(row[3]) == pytest.approx(computed, rel=2e-3), what
        assert row[6] == verdict, what


def test_case_of_the_readme_checks(percuta, case):
    (toml,) = [block for kind, block in BLOCKS if kind == "toml"]
    assert percuta("check", case(toml)).code == 0


def test_bootstrap_explains_itself():
    done = subprocess.run([SOURCE / "bootstrap", "help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and "./bootstrap demo" in done.stdout
