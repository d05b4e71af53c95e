import os
import pathlib

SOURCE = pathlib.Path(os.environ.get("PERCUTA_SOURCE", pathlib.Path(__file__).parents[2]))
