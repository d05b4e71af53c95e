"""Every block of the README runs, except those that set the machine up."""

import re
import subprocess

import pytest

from conftest import PERCUTA, SOURCE

TEXT = (SOURCE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|toml)\n(.*?)```", TEXT, re.S)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line and not line.startswith("./bootstrap")]


def test_readme_is_short_and_has_commands():
    assert len(TEXT.splitlines()) <= 150
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(command, tmp_path):
    text = command.replace("build/release/percuta", PERCUTA).replace("out/", f"{tmp_path}/out/")
    (tmp_path / "out").mkdir()
    done = subprocess.run(["bash", "-c", text], cwd=SOURCE, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr


def test_case_of_the_readme_checks(percuta, case):
    (toml,) = [block for kind, block in BLOCKS if kind == "toml"]
    assert percuta("check", case(toml)).code == 0


def test_bootstrap_explains_itself():
    done = subprocess.run([SOURCE / "bootstrap", "help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and "./bootstrap demo" in done.stdout
