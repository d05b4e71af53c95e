"""Pictures of channels with matplotlib (pip install percuta[plots]): each takes a Result of run or roll.

>>> import percuta, percuta.plots                                              # doctest: +SKIP
>>> r = percuta.roll("data/cases/cheek-medical-roller.toml")                   # doctest: +SKIP
>>> percuta.plots.channel_map(r).figure.savefig("map.svg")                     # doctest: +SKIP

Every function draws into the axes that are given, or into new ones, and returns them.
"""

import numpy as _np

# Told apart by people who see few colours; the same as in the report.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


def _axes(ax):
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


def _channels(result):
    if "/channels/position" not in result.arrays:
        raise ValueError("this result has no channels; it takes one of run or roll")
    return {name: _np.asarray(result[f"/channels/{name}"])
            for name in ("position", "direction", "session", "hole_length", "hole_breadth", "hole_angle", "depth")}


def channel_map(result, ax=None, side=10e-3, session=0):
    """Where channels of a session lie, open holes to scale, on a square of the patch's middle.

    side: of the square [m]. session: counted from 0. Axes in mm.
    """
    from matplotlib.collections import EllipseCollection

    ax, c = _axes(ax), _channels(result)
    of = c["session"] == session
    if not of.any():
        raise ValueError(f"session {session}: there are no channels of it")
    position = c["position"][of] * 1e3
    middle = 0.5 * (position.min(axis=0) + position.max(axis=0))
    half = 0.5 * min(side * 1e3, *(position.max(axis=0) - position.min(axis=0)))
    for d in _np.unique(c["direction"][of]):
        these = c["direction"][of] == d
        ax.add_collection(EllipseCollection(
            c["hole_length"][of][these] * 1e3, c["hole_breadth"][of][these] * 1e3, _np.degrees(c["hole_angle"][of][these]),
            units="x", offsets=position[these], offset_transform=ax.transData, color=_COLOURS[int(d) % len(_COLOURS)]))
    ax.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half), aspect="equal",
           xlabel="mm", ylabel="mm", title="Channels, open holes to scale")
    return ax


def depth_histogram(result, ax=None, bins=40):
    """How deep the needles of the scatter pierce; those that do not are left out and counted in the title."""
    ax = _axes(ax)
    depth = _np.asarray(result["/insertion/sample_depth"]) * 1e3
    pierced = depth[depth > 0]
    ax.hist(pierced, bins=bins, weights=_np.full(pierced.size, 100.0 / depth.size), color=_COLOURS[0])
    ax.set(xlabel="pierced depth, mm", ylabel="% of the landings",
           title=f"Pierced depth: {100.0 * pierced.size / depth.size:.3g} % of the landings pierce")
    return ax


def pair_correlation(result, ax=None):
    """Pairs of channels by their distance over those of a random pattern, which has 1."""
    ax = _axes(ax)
    ax.plot(_np.asarray(result["/channels/pair_distance"]) * 1e3, _np.asarray(result["/channels/pair_correlation"]),
            color=_COLOURS[0], label="these channels")
    ax.axhline(1.0, color="#777777", linestyle="--", label="at random")
    ax.set(xlabel="distance, mm", ylabel="pairs over random", title="Pairs of channels")
    ax.legend()
    return ax


def coverage(result, ax=None):
    """Share of the surface within 0.1, 0.2 and 0.5 mm of a channel, pass by pass."""
    ax = _axes(ax)
    for k, um in enumerate((100, 200, 500)):
        share = 100.0 * _np.asarray(result[f"/channels/covered_by_pass_{um}um"])
        ax.plot(_np.arange(1, share.size + 1), share, marker="o", color=_COLOURS[k], label=f"within {um / 1000:g} mm")
    ax.set(xlabel="passes", ylabel="% of the surface", ylim=(0, 100), title="Skin near a channel")
    ax.legend()
    return ax
