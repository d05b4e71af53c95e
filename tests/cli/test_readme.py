"""Every block of the README runs, except those that set the machine up."""

import os
import re
import subprocess

import pytest

from conftest import PERCUTA, SOURCE

TEXT = (SOURCE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|toml)\n(.*?)```", TEXT, re.S)
SCRIPTS = [block for kind, block in BLOCKS if kind == "sh" and "./bootstrap" not in block]


def test_readme_is_short_and_has_commands():
    assert len(TEXT.splitlines()) <= 150
    assert sum(len(script.splitlines()) for script in SCRIPTS) >= 10


@pytest.mark.parametrize("script", SCRIPTS)
def test_block_runs(script, tmp_path):
    text = script.replace("build/release/percuta", PERCUTA).replace("out/", f"{tmp_path}/out/")
    (tmp_path / "out").mkdir()
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    done = subprocess.run(["bash", "-ec", text], cwd=SOURCE, capture_output=True, text=True, timeout=480, env=environment)
    assert done.returncode == 0, done.stderr


def test_case_of_the_readme_checks(percuta, case):
    (toml,) = [block for kind, block in BLOCKS if kind == "toml"]
    assert percuta("check", case(toml)).code == 0


def test_bootstrap_explains_itself():
    done = subprocess.run([SOURCE / "bootstrap", "help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and "./bootstrap demo" in done.stdout
