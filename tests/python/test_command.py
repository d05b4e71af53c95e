"""The command that comes with the package, and what the package says of itself."""

import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import sysconfig

import pytest

import percuta
from conftest import SOURCE

COMMAND = pathlib.Path(sysconfig.get_path("scripts")) / "percuta"


def command(*arguments, folder, ways=(str(COMMAND),), **keywords):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PERCUTA", "LD_LIBRARY_PATH"))}
    return subprocess.run([*ways, *map(str, arguments)], capture_output=True, text=True, cwd=folder, env=environment, **keywords)


@pytest.mark.parametrize("ways", ((str(COMMAND),), (sys.executable, "-m", "percuta")), ids=("script", "module"))
def test_command_says_its_version(ways, tmp_path):
    done = command("--version", folder=tmp_path, ways=ways)
    assert done.returncode == 0, done.stderr
    assert percuta.__version__ in done.stdout


def test_command_runs_with_the_libraries_data_and_charts_of_the_package(tmp_path):
    done = command("run", SOURCE / "data/cases/cheek-medical-roller.toml", "--set", "device.needle.length=0.5 mm", "--set", "healing.days=10 days",
                   "--set", "healing.cells=30", "-q", "-o", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out/summary.json").read_text())["percuta"]["version"] == percuta.__version__
    assert "uPlot" in (tmp_path / "out/report.html").read_text()
    assert "/insertion/force" in percuta.load(tmp_path / "out")
    assert "cheek" in command("list", "skins", folder=tmp_path).stdout


def test_a_comparison_of_the_command_is_loaded(tmp_path):
    done = command("compare", "cheek-medical-roller", "--vary", "device.needle.length=0.5 mm,1.0 mm", "--set", "healing.days=10 days",
                   "--set", "healing.members=0", "-q", "-o", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = percuta.load(tmp_path / "out")
    assert list(loaded) == ["0.5 mm", "1.0 mm"] and loaded.varied == {"device.needle.length": ["0.5 mm", "1.0 mm"]}
    table = loaded.to_pandas()
    assert table["device.needle.length"].tolist() == pytest.approx([5e-4, 1e-3])
    assert loaded["0.5 mm"].insertion.pierced_depth < loaded["1.0 mm"].insertion.pierced_depth
    (tmp_path / "out/comparison.json").write_text("{}")
    with pytest.raises(OSError, match="is no comparison"):
        percuta.load(tmp_path / "out")


def test_command_hands_exit_code_and_arguments_through(tmp_path):
    assert command("run", "no such case.toml", folder=tmp_path).returncode == 3
    assert command("--no-such-option", folder=tmp_path).returncode == 2


def test_command_is_linked_to_the_package_alone():
    package = pathlib.Path(percuta.__file__).parent
    linked = subprocess.run(["ldd", package / "bin/percuta"], capture_output=True, text=True, check=True).stdout
    (library,) = [line.split("=>")[1].split("(")[0].strip() for line in linked.splitlines() if "libpercuta.so" in line]
    assert pathlib.Path(library).resolve().parent == package.resolve()


def test_metadata_of_the_package():
    about = importlib.metadata.metadata("percuta")
    assert about["Name"] == "percuta" and about["Version"] == percuta.__version__
    assert about["Summary"] and "Apache" in (about["License-Expression"] or about["License"]) and about["Requires-Python"] == ">=3.10"
    assert "numpy" in importlib.metadata.requires("percuta")
    (script,) = (e for e in importlib.metadata.entry_points(group="console_scripts") if e.name == "percuta")
    assert script.dist.name == "percuta"
    files = {str(file) for file in importlib.metadata.files("percuta")}
    assert {"percuta/__init__.py", "percuta/bin/percuta", "percuta/data/references.bib", "percuta/data/web/uPlot.iife.min.js"} <= files
    assert any(file.endswith("LICENSE") for file in files)
    assert not [file for file in files if "cmake" in file or file.endswith((".h", ".cc"))]
