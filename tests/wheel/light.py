"""Builds the wheel without finite elements and runs a case of the catalogue from it where nothing else of Percuta is: light.py SOURCE WORK."""

import pathlib
import subprocess
import sys
import venv

CHECK = """
import json, pathlib, sys
import percuta as pc

package = pathlib.Path(pc.__file__).parent
assert pathlib.Path(sys.prefix) in package.parents, package
assert not list(package.rglob("libpercuta_fem*")), "finite elements are in the light wheel"
r = pc.run("cheek-medical-roller", progress=False)
assert 1e-5 < r.insertion.pierced_depth < 1.5e-3 and r.channels.density > 0.0, r
level = pc.energy_level("cheek", "mf8-1.5mm")
assert level.force(level.puncture_displacement) > 0.0
try:  # what no table has needs finite elements, and says so
    pc.energy_level("cheek", pc.Needle(length="1 mm", shank_radius="125 um", tip_radius="10 um", half_angle="12 deg"))
except OSError as e:
    assert "finite-element library" in str(e), e
else:
    raise AssertionError("solved without finite elements")
loaded = pathlib.Path("/proc/self/maps").read_text()
assert "libpercuta.so" in loaded and "deal" not in loaded and "percuta_fem" not in loaded
print(json.dumps({"pierced_depth": float(r.insertion.pierced_depth), "density": float(r.channels.density)}))
"""


def run(*command, **keywords):
    return subprocess.run([str(part) for part in command], check=True, **keywords)


def main(source, work):
    source, work = pathlib.Path(source).resolve(), pathlib.Path(work).resolve()
    wheels, fresh = work / "wheels", work / "venv"
    # The builder has what compiling needs; the wheel itself asks for NumPy alone.
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", wheels, "--config-settings=cmake.define.PERCUTA_FEM=OFF",
        f"--config-settings=build-dir={work / 'build'}", source)
    (wheel,) = wheels.glob("percuta-*.whl")
    venv.create(fresh, clear=True, with_pip=True)
    run(fresh / "bin/python", "-m", "pip", "install", "-q", "--force-reinstall", wheel)
    done = run(fresh / "bin/python", "-c", CHECK, cwd=work, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "PERCUTA_CACHE": "off"})
    # The same numbers as of the command that is installed beside it.
    print(done.stdout.strip())
    command = run(fresh / "bin/percuta", "list", "skins", cwd=work, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert "cheek" in command.stdout, command.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
