"""What importing costs, what the package says of its types, and runs in many processes."""

import multiprocessing
import os
import pathlib
import re
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import percuta
from conftest import SOURCE

# What the manual shows, line by line.
LINES = "".join(re.findall(r"```python\n(.*?)```", (SOURCE / "apps/manual/howto.md").read_text(encoding="utf-8"), re.S))

CASE = percuta.Case(skin="cheek", device="mf8-1.0mm", protocol=dict(passes_per_direction=1, directions=["vertical"]),
                    healing=dict(days="10 days", cells=30), channels=dict(sample_side="8 mm"), scatter=dict(samples=200))


def python(script, *arguments, **keywords):
    return subprocess.run([sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, **keywords)


def test_import_loads_nothing_heavy():
    done = python("import sys, percuta\ncase = percuta.Case(skin='cheek', device='mf8-1.0mm')\ncase.device.needle.length.to('mm')\ndir(percuta)\n"
                  "print(sorted({'numpy', 'matplotlib', 'pandas', 'xarray', 'pint', 'PIL', 'scipy'} & set(sys.modules)))\n"
                  "percuta.Array([1.0], 'N')\nprint('numpy' in sys.modules)")
    assert done.stdout.splitlines() == ["[]", "True"], done.stdout + done.stderr


def test_stubs_pass_strict_and_know_the_types(tmp_path):
    pytest.importorskip("mypy")
    package = pathlib.Path(percuta.__file__).parent
    assert (package / "py.typed").exists()
    user = tmp_path / "user.py"
    readme = re.search(r"```python\n(.*?)```", (SOURCE / "README.md").read_text(encoding="utf-8"), re.S)[1]
    (tmp_path / "readme.py").write_text(readme)
    (tmp_path / "lines.py").write_text(LINES)
    user.write_text("import percuta as pc\n"
                    "case: pc.Case = pc.Case(skin='cheek', device='mf8-1.5mm').with_({'seed': 2})\n"
                    "depth: float = pc.run(case, progress=False).insertion.pierced_depth\n"
                    "rows: dict[str, pc.Result | str] = pc.compare('c.toml', {'seed': [1, 2]})\n"
                    "q: pc.Quantity = pc.Quantity(1e-3, 'm').to('mm')\n")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import percuta as pc\npc.run(3)\npc.Quantity(1.0).to(2)\npc.nothing\n")
    check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    stubs = tmp_path / "stubs/percuta"  # a package outside of site-packages, whose other packages would be checked too
    stubs.mkdir(parents=True)
    for stub in package.glob("*.pyi"):
        (stubs / stub.name).write_text(stub.read_text(encoding="utf-8"))
    done = subprocess.run([*check, "-p", "percuta"], capture_output=True, text=True, cwd=stubs.parent)
    assert done.returncode == 0, done.stdout
    for good in (user, "readme.py", "lines.py"):
        done = subprocess.run([*check, good], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout
    done = subprocess.run([*check, wrong], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1 and [f"wrong.py:{line}: error" in done.stdout for line in (1, 2, 3, 4)] == [False, True, True, True], done.stdout


def test_stubs_have_every_name_of_the_package():
    import ast
    import inspect

    stub = ast.parse((pathlib.Path(percuta.__file__).parent / "__init__.pyi").read_text(encoding="utf-8"))
    functions = {node.name: [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
                 for node in stub.body if isinstance(node, ast.FunctionDef)}
    classes = {node.name: {item.name for item in node.body if isinstance(item, ast.FunctionDef)} |
               {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)} for node in stub.body if isinstance(node, ast.ClassDef)}
    assert set(percuta._PUBLIC) <= functions.keys() | classes.keys() and set(percuta.__all__) <= set(percuta._PUBLIC) <= set(dir(percuta))
    for name in [*functions, *(name for name in classes if not name.startswith("_"))]:
        item = getattr(percuta, name)
        if not isinstance(item, type):
            taken = [p.name for p in inspect.signature(item).parameters.values() if p.kind is not p.VAR_KEYWORD]
            assert functions[name] == taken, name
        else:
            public = {n for n in vars(item) if not n.startswith("_")}
            assert public <= classes[name].union(*(classes[base.__name__] for base in item.__mro__ if base.__name__ in classes)) | {"dot", "round"}, name  # those that only mend what NumPy does


def test_progress_is_a_bar_on_a_terminal_and_nothing_elsewhere():
    script = "import percuta\nfrom percuta import _progress\nhead = _progress.Bar.__init__.__defaults__\n" \
             "_progress.Bar.__init__.__defaults__ = (None, 0.0)\n" \
             "percuta.run(percuta.Case(skin='cheek', device='mf8-1.0mm', healing=dict(days='10 days', cells=30)), progress={})\n"
    pty = pytest.importorskip("pty")

    def on_terminal(progress):
        master, slave = pty.openpty()
        process = subprocess.Popen([sys.executable, "-c", script.format(progress)], stderr=slave, stdout=subprocess.DEVNULL)
        os.close(slave)
        seen = b""
        while True:
            try:
                chunk = os.read(master, 4096)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        os.close(master)
        assert process.wait() == 0, seen
        return seen.decode()

    drawn = on_terminal("None")
    assert "channels [" in drawn or "healing [" in drawn
    assert drawn.rstrip("\r").endswith(" ") and drawn.endswith("\r")  # the line is taken away
    assert on_terminal("False") == ""
    assert python(script.format("None")).stderr == "" and "%" in python(script.format("True")).stderr
    with pytest.raises(TypeError, match="progress"):
        percuta.run(CASE, progress="loud")


def same(found, wanted):
    assert found.summary == wanted.summary
    for path, array in wanted.arrays.items():
        np.testing.assert_array_equal(found[path], array, err_msg=path)


def test_two_threads_and_four_processes_give_the_same_numbers():
    cases = [CASE.with_({"device.needle.length": length}) for length in ("0.8 mm", "1.0 mm")] * 2
    wanted = [percuta.run(case) for case in cases[:2]] * 2
    assert wanted[0].insertion.pierced_depth != wanted[1].insertion.pierced_depth
    with ThreadPoolExecutor(2) as pool:
        for found, one in zip(pool.map(percuta.run, cases), wanted):
            same(found, one)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for found, one in zip(pool.map(percuta.run, cases, chunksize=1), wanted):
            same(found, one)
            assert found.insertion.force.unit == "N"


def test_the_lines_of_the_manual_run(tmp_path):
    (tmp_path / "my-force-curve.csv").write_text("displacement [mm], force [mN]\n0.1, 4\n0.2, 20\n0.4, 40\n")
    done = python(LINES, env=dict(os.environ, MPLBACKEND="agg"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "110 kPa" in done.stdout and "reached: " in done.stdout and LINES.count("\n") > 25


def test_many_runs_in_one_process_do_not_grow():
    def resident():
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    light = {"healing.members": 2, "healing.cells": 24}
    for _ in range(5):  # what is kept of a skin and a needle is kept once
        percuta.run(CASE, light)
    before = resident()
    for seed in range(200):
        percuta.run(CASE, {**light, "seed": seed + 2})
    assert resident() - before < 20e6
