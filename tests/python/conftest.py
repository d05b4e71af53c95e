import os
import pathlib

SOURCE = pathlib.Path(os.environ.get("PERCUTA_SOURCE", pathlib.Path(__file__).parents[2]))
PERCUTA = os.environ.get("PERCUTA", str(SOURCE / "build/release/percuta"))
