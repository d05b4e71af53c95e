"""Installs percuta into a temporary prefix and builds an outside C++ project against it: build.py BUILD CMAKE"""

import pathlib
import subprocess
import sys
import tempfile

build, cmake = sys.argv[1:]
here = pathlib.Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    prefix, work = pathlib.Path(folder) / "prefix", pathlib.Path(folder) / "work"
    subprocess.run([cmake, "--install", build, "--prefix", prefix, "--component", "devel"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([cmake, "-S", here, "-B", work, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_DISABLE_FIND_PACKAGE_deal.II=ON"], check=True)
    subprocess.run([cmake, "--build", work], check=True)
    library_path = {"LD_LIBRARY_PATH": str(next(prefix.glob("lib*/**/libpercuta.so")).parent)}
    subprocess.run([work / "consumer"], check=True, env=library_path)
    # deal.II is private: no installed header names it, and the consumer does not link it.
    for header in prefix.glob("include/**/*.h"):
        assert "deal.II/" not in header.read_text(), header
    linked = subprocess.run(["ldd", work / "consumer"], check=True, capture_output=True, text=True, env=library_path).stdout
    assert "libpercuta.so" in linked and "deal.ii" not in linked, linked
    subprocess.run([prefix / "bin/percuta", "list", "skins"], check=True, stdout=subprocess.DEVNULL)
print("consumer: built and ran without deal.II")
