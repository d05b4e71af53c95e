import os
import pathlib
import tempfile

SOURCE = pathlib.Path(os.environ.get("PERCUTA_SOURCE", pathlib.Path(__file__).parents[2]))
PERCUTA = os.environ.get("PERCUTA", str(SOURCE / "build/release/percuta"))
# What one test has solved serves the others, and nothing of an earlier day does.
os.environ.setdefault("PERCUTA_CACHE", tempfile.mkdtemp(prefix="percuta-cache-"))
