from typing import Any, NamedTuple

import numpy.typing as npt

class TipPath(NamedTuple):
    along: Any
    depth: Any

def tip_path(angle: npt.ArrayLike, *, drum_radius: Any, length: Any, rolling_radius: Any = None) -> TipPath: ...
def entry_angle(length: npt.ArrayLike, *, drum_radius: Any) -> Any: ...
def half_sweep(length: npt.ArrayLike, *, drum_radius: Any) -> Any: ...
