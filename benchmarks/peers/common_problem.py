"""The common axisymmetric problem beside CalculiX, in one run on one machine.

    python benchmarks/peers/common_problem.py BUILD_FOLDER

A rigid sphere of 0.5 mm pushed 0.2 mm into three neo-Hookean layers (E 1.0, 0.1, 0.01 MPa, nu 0.49; 0.1, 1.0, 0.9 mm
thick), 3 mm wide, bottom held, side free, gap 0.1 um. CalculiX is skipped where Debian's calculix-ccx is absent.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

LAYERS = [(0.1, 1.0), (1.1, 0.1), (2.0, 0.01)]  # bottom [mm], E [MPa]
RADIUS, PUSH, GAP = 0.5, 0.2, 1e-4


def graded(h):
    x, size = [0.0], h
    while x[-1] < 3.0 - 1e-9:
        if x[-1] > 0.45:
            size *= 1.35
        x.append(3.0 if x[-1] + size > 3.0 - 0.4 * size else x[-1] + size)
    y = [0.0]
    for bottom, growth in ((0.1, 1.0), (1.1, 1.25), (2.0, 1.25)):
        size = min(1.25 * (y[-1] - y[-2]) if len(y) > 1 else h, bottom - y[-1])
        while y[-1] < bottom - 1e-9:
            y.append(bottom if y[-1] + size > bottom - 0.4 * size else y[-1] + size)
            size *= growth
    return x, y


def ccx_input(h, quadratic):
    """Input of CalculiX: skin and a cap of the sphere all of whose nodes are driven."""
    import math

    x, y = graded(h)
    step = 2 if quadratic else 1
    nodes, number = [], {}

    def node(key, px, py):
        if key not in number:
            number[key] = len(nodes) + 1
            nodes.append((px, py))
        return number[key]

    def fine(ticks):
        if step == 1:
            return ticks
        out = []
        for a, b in zip(ticks, ticks[1:]):
            out += [a, 0.5 * (a + b)]
        return out + [ticks[-1]]

    fx, fy = fine(x), fine(y)
    cells = {k: [] for k in range(3)}
    element = 0

    def quad(tag, i, j, at):
        corner = [(i, j), (i + step, j), (i + step, j + step), (i, j + step)]
        ids = [node((tag, *c), *at(*c)) for c in corner]
        if quadratic:
            middle = [(i + 1, j), (i + 2, j + 1), (i + 1, j + 2), (i, j + 1)]
            ids += [node((tag, *c), *at(*c)) for c in middle]
        return ids

    lines = []
    top, cap = [], []
    bottom_row = len(fy) - 1
    for j in range(0, len(fy) - 1, step):
        for i in range(0, len(fx) - 1, step):
            element += 1
            # y counts down; element corners go round against the clock
            ids = quad("skin", i, j, lambda a, b: (fx[a], -fy[b]))
            order = [3, 2, 1, 0] + ([6, 5, 4, 7] if quadratic else [])
            layer = next(k for k, (b, _) in enumerate(LAYERS) if 0.5 * (fy[j] + fy[j + step]) < b)
            cells[layer].append((element, [ids[k] for k in order]))
            if j == 0 and fx[i] < 0.9:
                top.append((element, "S3"))
    skin_nodes = len(nodes)
    arc = max(8, int(0.9 * RADIUS / h))
    angles = [1.35 * k / (arc * step) for k in range(arc * step + 1)]
    radii = [RADIUS, RADIUS - 0.05 * 0.5 * step if step == 2 else RADIUS - 0.05] if not quadratic else [RADIUS, RADIUS - 0.025, RADIUS - 0.05]
    rigid = []
    for i in range(0, len(angles) - 1, step):
        element += 1
        ids = quad("cap", i, 0, lambda a, b: (radii[b] * math.sin(angles[a]), RADIUS + GAP - radii[b] * math.cos(angles[a])))
        rigid.append((element, ids))
        cap.append((element, "S1"))
    kind = "CAX8" if quadratic else "CAX4"
    lines.append("*NODE, NSET=ALL")
    lines += [f"{k + 1}, {px:.9g}, {py:.9g}, 0" for k, (px, py) in enumerate(nodes)]
    for layer in range(3):
        lines.append(f"*ELEMENT, TYPE={kind}, ELSET=L{layer}")
        lines += [f"{e}, " + ", ".join(map(str, ids)) for e, ids in cells[layer]]
    lines.append(f"*ELEMENT, TYPE={kind}, ELSET=CAP")
    lines += [f"{e}, " + ", ".join(map(str, ids)) for e, ids in rigid]

    def nset(name, ids):
        lines.append(f"*NSET, NSET={name}")
        for k in range(0, len(ids), 12):
            lines.append(", ".join(map(str, ids[k : k + 12])))

    nset("AXIS", [n for key, n in number.items() if abs(nodes[n - 1][0]) < 1e-12 and key[0] == "skin"])
    nset("BOTTOM", [n for key, n in number.items() if key[0] == "skin" and key[2] == bottom_row])
    nset("DRIVEN", [n for key, n in number.items() if key[0] == "cap"])
    for name, faces in (("TOP", top), ("BALL", cap)):
        lines.append(f"*SURFACE, NAME={name}, TYPE=ELEMENT")
        lines += [f"{e}, {s}" for e, s in faces]
    for layer, (_, e) in enumerate(LAYERS):
        mu, bulk = e / (2 * 1.49), e / (3 * 0.02)
        lines += [f"*MATERIAL, NAME=M{layer}", "*HYPERELASTIC, NEO HOOKE", f"{mu / 2:.9g}, {2 / bulk:.9g}", f"*SOLID SECTION, ELSET=L{layer}, MATERIAL=M{layer}"]
    lines += ["*MATERIAL, NAME=STEEL", "*ELASTIC", "1000., 0.3", "*SOLID SECTION, ELSET=CAP, MATERIAL=STEEL"]
    lines += ["*SURFACE INTERACTION, NAME=SI", "*SURFACE BEHAVIOR, PRESSURE-OVERCLOSURE=LINEAR", "1000., 0."]
    lines += ["*CONTACT PAIR, INTERACTION=SI, TYPE=SURFACE TO SURFACE", "TOP, BALL"]
    lines += ["*BOUNDARY", "AXIS, 1, 1", "BOTTOM, 1, 2"]
    lines += ["*STEP, NLGEOM, INC=200", "*STATIC", "0.1, 1., 1e-5, 0.1", "*BOUNDARY", "DRIVEN, 1, 1", f"DRIVEN, 2, 2, {-PUSH}"]
    lines += ["*NODE PRINT, NSET=BOTTOM, TOTALS=ONLY", "RF", "*END STEP", ""]
    return "\n".join(lines), sum(map(len, cells.values()))


def run_ccx(h, quadratic):
    with tempfile.TemporaryDirectory() as folder:
        text, count = ccx_input(h, quadratic)
        (pathlib.Path(folder) / "p.inp").write_text(text)
        begin = time.perf_counter()
        done = subprocess.run(["ccx", "p"], cwd=folder, capture_output=True, text=True, env={"OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}, timeout=900)
        seconds = time.perf_counter() - begin
        dat = pathlib.Path(folder) / "p.dat"
        rows = re.findall(r"total force.*?\n\s*\n\s*(\S+)\s+(\S+)\s+(\S+)", dat.read_text()) if dat.exists() else []
        if not rows:
            return {"program": "CalculiX", "elements": count, "failed": done.stdout[-300:]}
        iterations = len(re.findall(r"iteration \d+", done.stdout))
        return {"program": "CalculiX", "kind": "CAX8" if quadratic else "CAX4", "elements": count, "force_N": abs(float(rows[-1][1])) * 180.0,
                "iterations": iterations, "seconds": round(seconds, 2)}


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    ours = subprocess.run([build / "common_problem"], capture_output=True, text=True, check=True).stdout
    print(ours, end="")
    if shutil.which("ccx") is None:
        print("CalculiX is not installed (Debian: calculix-ccx): skipped")
        return
    for cells, quadratic in ((8, False), (8, True), (16, True)):
        print(json.dumps(run_ccx(RADIUS / cells, quadratic)))


if __name__ == "__main__":
    main()
