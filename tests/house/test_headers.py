"""Every public header compiles alone."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess

INCLUDE = pathlib.Path(__file__).parents[2] / "include"
EIGEN = ["/usr/include/eigen3", "/usr/local/include/eigen3"]


def compiles(header):
    paths = [f"-I{INCLUDE}", *(f"-I{path}" for path in EIGEN)]
    compiler = os.environ.get("CXX") or shutil.which("g++") or "c++"
    return subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", *paths, header], capture_output=True, text=True)


def test_every_public_header_compiles_alone():
    headers = sorted(INCLUDE.glob("percuta/**/*.h"))
    assert len(headers) > 40
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failed = [f"{header}\n{run.stderr}" for header, run in zip(headers, pool.map(compiles, headers)) if run.returncode]
    assert not failed, "\n".join(failed)
