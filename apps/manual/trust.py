"""The table of trust: trust.py PERCUTA_COMMAND asks `verify` and `validate` and writes data/evidence/trust.csv; trust.py alone puts
that table into the README. Which rows stand in it, and what a hit is, is written here beside each."""

import csv
import functools
import json
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TABLE = SOURCE / "data/evidence/trust.csv"
BEGIN, END = "<!-- made by apps/manual/trust.py -->", "<!-- end -->"

# Of `verify`: hit within the tolerance of the problem. Name there, words here.
KNOWN = (
    ("rigid sphere on a half-space, nu 0.4999", "sphere on a half-space"),
    ("spherical cavity at stretch 2, over mu", "spherical cavity at stretch 2, pressure over mu"),
    ("Cook's membrane", "Cook's membrane"),
    ("two spheres, peak pressure", "two spheres, peak pressure"),
    ("manufactured solution, boxes: order of the displacement", "manufactured solution, boxes: order"),
    ("blade cutting gelatine, no friction", "blade through gelatine, steady force"),
    ("sphere on three layers, common problem", "sphere on three layers"),
)
# Of `validate`: level, name there, words here, what a hit is: within a share of the measured, or below it.
MEASURED = (
    ("energy", "puncture force, tip 5 um across", "puncture force, 5 µm tip", 0.3),
    ("energy", "puncture force, tip 37 um across", "puncture force, 37 µm tip", 0.3),
    ("energy", "pierced depth after the drop, tip 5 um across", "depth at the force drop, 5 µm tip", 0.3),
    ("energy", "pierced depth after the drop, tip 37 um across", "depth at the force drop, 37 µm tip", 0.3),
    ("energy", "exponent of the force in tip area", "exponent of the force in the area of blunt tips", 0.1),
    ("energy", "share of 1 mm travel buried, cheek", "share of 1 mm travel buried", "below"),
    ("device", "force that opens the surface, tip 8 um across", "force that opens skin, 8 µm tip", 0.3),
    ("device", "mean depth of 0.6 mm needles, gentle press", "depth of 0.6 mm needles, gentle press", 0.3),
    ("device", "share pierced, 0.3 mm, 1000 mm/s", "0.3 mm array at 1 m/s, share that pierces", 0.1),
    ("device", "share pierced, 0.3 mm, slow", "0.3 mm array, slow, share that pierces", 0.1),
    ("device", "351 plastic needles of 0.7 mm, share pierced at 22.2 N", "351 plastic needles, 22 N, share that pierces", 0.1),
)


def asking(command):
    """A function that asks a verb of the command for its rows, by their names."""
    return functools.partial(asked, command)


def asked(command, *arguments):
    rows = json.loads(subprocess.run([command, *arguments, "--json", "-q"], check=True, capture_output=True, text=True).stdout)
    return {row["name"]: row for row in rows}


def known(ask):
    rows = ask("verify")
    for name, words in KNOWN:
        r = rows[name]
        within = abs(r["values"][-1] - r["expected"]) <= r["tolerance"] * abs(r["expected"])
        yield words, r["source"], r["expected"], r["values"][-1], r["unit"], f"within {100 * r['tolerance']:g} %", "hit" if within else "miss"


def measured(ask):
    by_level = {level: ask("validate", "--level", level) for level in ("energy", "device")}
    for level, name, words, hit in MEASURED:
        r = by_level[level][name]
        good = r["computed"] < r["measured"] if hit == "below" else abs(r["computed"] - r["measured"]) <= hit * max(abs(r["measured"]), 1e-300)
        band = "below" if hit == "below" else f"within {100 * hit:g} %"
        fitted = " (fitted)" if r.get("calibrates") else ""
        yield words, r["remark"].split(";")[0].split(",")[0], r["measured"], r["computed"], r["unit"], band, ("hit" if good else "miss") + fitted


def write(command):
    ask = asking(command)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        file.write("# Answers that are known or measured beside ours, in SI. Remake with: .venv/bin/python apps/manual/trust.py build/release/percuta\n")
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("what", "by", "expected", "computed", "unit", "a hit is", "verdict"))
        for row in (*known(ask), *measured(ask)):
            out.writerow([f"{v:.4g}" if isinstance(v, float) else v for v in row])


def shown(value, unit):
    """In people's units."""
    for si, people, factor in (("m", "mm", 1e3), ("N", "mN", 1e3)):
        if unit == si and abs(float(value)) < 1:
            return f"{float(value) * factor:.4g} {people}"
    return value if unit in ("1", "") else f"{value} {unit}"


def block():
    rows = list(csv.reader(line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")))[1:]
    lines = ["| | known or measured | ours | a hit is | |", "|---|---|---|---|---|"]
    for what, by, expected, computed, unit, hit, verdict in rows:
        marked = "**miss**" + verdict[4:] if verdict.startswith("miss") else verdict
        lines.append(f"| {what} | {shown(expected, unit)} ({by}) | {shown(computed, unit)} | {hit} | {marked} |")
    return "\n".join(lines)


def into_readme():
    readme = SOURCE / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    readme.write_text(before + BEGIN + "\n" + block() + "\n" + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(sys.argv[1])
    into_readme()
