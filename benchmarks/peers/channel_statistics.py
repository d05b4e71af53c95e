"""Statistics of channels beside SciPy's cKDTree on the same channels, in one run on one machine, one thread each.

    python benchmarks/peers/channel_statistics.py BUILD_FOLDER [--most CHANNELS] [--write]

Channels as a roller lays them in sixteen passes. Both find the nearest neighbour of each channel off the edge and the nearest
channel of 2^18 probes; a time of either holds the making of its grid or tree. SciPy's tree is the faster of its two kinds to make
(sliding midpoints), which ask no more slowly here. Runs alternate, and the least time of each counts.
"""

import argparse
import json
import math
import pathlib
import subprocess
import tempfile
import time

import numpy
import scipy
from scipy.spatial import cKDTree

RADII = (100e-6, 200e-6, 500e-6)
PROBES = 512
CSV = pathlib.Path(__file__).parents[2] / "data/evidence/channel-statistics.csv"


def timed(work):
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def peer(points, side):
    """The same questions asked of a tree."""
    margin = min(1e-3, 0.1 * side)
    tree, make = timed(lambda: cKDTree(points, balanced_tree=False, compact_nodes=False))

    def neighbours():
        centres = points[numpy.all((points >= margin) & (points <= side - margin), axis=1)]
        return tree.query(centres, k=2, workers=1)[0][:, 1].mean()

    def coverage():
        cells = numpy.stack(numpy.meshgrid(numpy.arange(PROBES), numpy.arange(PROBES)), axis=-1).reshape(-1, 2)
        probes = (cells + numpy.random.default_rng(1).random(cells.shape)) * side / PROBES
        distance = tree.query(probes, k=1, workers=1)[0]
        return [float(numpy.mean(distance <= radius)) for radius in RADII]

    neighbour, near = timed(neighbours)
    covered, cover = timed(coverage)
    return {"neighbour": neighbour, "covered": covered, "make_s": make, "neighbours_s": near, "coverage_s": cover}


def least(runs):
    """The least of each time, and the rest as in the first run: it is the same in all."""
    return {key: min(run[key] for run in runs) if key.endswith("_s") else value for key, value in runs[0].items()}


def compare(program, channels, repeats):
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "points"
        for _ in range(repeats):
            ours.append(json.loads(subprocess.run([program, str(channels), file], capture_output=True, text=True, check=True).stdout))
            theirs.append(peer(numpy.fromfile(file).reshape(-1, 2), ours[-1]["side"]))
    a, b = least(ours), least(theirs)
    assert math.isclose(a["neighbour"], b["neighbour"], rel_tol=1e-12), (a["neighbour"], b["neighbour"])
    # Probes of either lie at other places; a share by 2^18 of them scatters by less than a thousandth.
    assert all(abs(x - y) < 4e-3 for x, y in zip(a["covered"], b["covered"])), (a["covered"], b["covered"])
    a["asked_s"] = min(run["grid_s"] + run["neighbours_s"] + run["coverage_s"] for run in ours)
    b["asked_s"] = min(run["make_s"] + run["neighbours_s"] + run["coverage_s"] for run in theirs)
    return a, b


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", nargs="?", default="build/release")
    parser.add_argument("--most", type=float, default=1e7)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.build).resolve() / "channel_statistics"

    lines = [
        "# Channels as a roller lays them, laid once and measured on one thread, beside SciPy "
        f"{scipy.__version__} cKDTree (workers=1) asked for the same",
        "# neighbours and coverage (2^18 probes), tree or grid included. Remake with: "
        "python benchmarks/peers/channel_statistics.py build/release --write",
        "# Microseconds per channel are those of all stages but coverage, whose probes are as many for any number of channels. "
        "(Machines differ: compare the columns, not the seconds.)",
        "channels,lay_s,density_s,grid_s,neighbours_s,coverage_s,circle_s,total_s,us_per_channel,peak_GB,"
        "scipy_tree_s,scipy_neighbours_s,scipy_coverage_s,times_faster_neighbours,times_faster_coverage,times_faster_with_tree",
    ]
    print("\n".join(lines), flush=True)
    for channels, repeats in ((1e4, 5), (1e5, 5), (1e6, 3), (1e7, 2)):
        if channels > arguments.most:
            break
        a, b = compare(program, channels, repeats)
        stages = [a[key] for key in ("lay_s", "density_s", "grid_s", "neighbours_s", "coverage_s", "circle_s", "total_s")]
        ratios = [b[key] / a[key] for key in ("neighbours_s", "coverage_s", "asked_s")]
        each = 1e6 * (sum(stages[:-1]) - a["coverage_s"]) / a["channels"]
        row = [*stages, each, a["peak_GB"], b["make_s"], b["neighbours_s"], b["coverage_s"], *ratios]
        lines.append(",".join([str(a["channels"]), *(f"{value:.3g}" for value in row)]))
        print(lines[-1], flush=True)
    if arguments.write:
        CSV.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
