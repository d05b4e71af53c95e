"""percuta insert: results of both finite-element levels, refusals, killed and resumed."""

import json
import math
import os
import subprocess
import time

import h5py
import numpy as np
import pytest

from conftest import CASES, PERCUTA, stopped

CASE = CASES / "single-needle.toml"
# Weak skin is pierced within seconds.
WEAK = """[skin]
base = "excised-human"
[device]
base = "mf8-1.0mm"
[device.needle]
length = "1.0 mm"
tip_radius = "30 um"
shank_radius = "80 um"
""" + "".join(f'[skin.layers.{layer}]\nstrength = "1 MPa"\ntoughness = "20 J/m^2"\n' for layer in ("stratum_corneum", "viable_epidermis", "papillary_dermis", "reticular_dermis"))
COARSE = ["--cells-per-tip-radius", "2", "--cells-per-shank", "4", "--cells-per-fracture-zone", "1.25"]
QUICK = [*COARSE, "-j", "1"]  # tests run side by side


def test_axisymmetric_level_writes_a_result(percuta, tmp_path):
    run = percuta("insert", CASE, "-d", "0.2 mm", "--frames", "2", "-o", tmp_path / "out", "--json")
    assert run.code == 0, run.err
    summary = json.loads(run.out)
    energy = {k: summary["energy"][k]["value"] for k in ("work", "stored")}
    assert 0.0 <= 1.0 - energy["stored"] / energy["work"] < 0.002  # nothing else takes it up
    assert (tmp_path / "out/report.html").exists() and list((tmp_path / "out/fields").glob("*.vtu"))
    with h5py.File(tmp_path / "out/results.h5") as file:
        assert set(file["insertion"]) == {"step", "displacement", "force", "deflection", "work", "stored"}  # what this level computes, no more
        force = file["insertion/force"]
        assert force.attrs["units"] == "N"
        assert np.all(np.diff(force[:]) > 0.0)
    report = (tmp_path / "out/report.html").read_text()
    assert "Through the needle&#39;s axis" in report or "Through the needle's axis" in report
    for foreign in ("Across the slit", "sideways", "The crack may run"):
        assert foreign not in report, foreign
    assert "crack_opening" not in next((tmp_path / "out/fields").glob("*.vtu")).read_text()


def test_solid_level_pierces_and_leaves_a_cut(percuta, case, tmp_path):
    run = percuta("insert", case(WEAK), "--level", "solid", "-d", "0.35 mm", *QUICK, "--frames", "3", "-o", tmp_path / "out", "--json")
    assert run.code == 0, run.err
    summary = json.loads(run.out)
    insertion, energy = summary["insertion"], summary["energy"]
    assert insertion["complete"]
    assert 0.0 < insertion["pierced_depth"]["value"] < insertion["tip_displacement"]["value"] == pytest.approx(0.35e-3)
    assert energy["stored"]["value"] < 0.05 * energy["work"]["value"]  # the needle is out
    assert [e["name"] for e in summary["events"]].count("deepest point") == 1
    assert {c["quantity"].split(" ")[0] for c in summary["cross_checks"]} >= {"force", "puncture"}
    with h5py.File(tmp_path / "out/results.h5") as file:
        parts = {k: file[f"insertion/{k}"][:] for k in ("work", "stored", "fracture", "friction", "released")}
        left_over = parts["work"] - sum(parts[k] for k in ("stored", "fracture", "friction", "released"))
        assert np.max(np.abs(left_over)) < 0.01 * np.max(parts["work"])
        depth, length = file["channel/depth"][:], file["channel/slit_length"][:]
        assert depth[0] == 0.0 and np.all(np.diff(depth) > 0.0) and np.all(length >= 0.0)
        radius, width = file["channel/radius"][:], file["channel/slit_width"][:]
        assert np.all(width < 1e-9) and np.all(radius < 1e-6)  # nothing holds it open
    assert len(list((tmp_path / "out/frames").glob("along-*.svg"))) >= 3


def test_killed_and_resumed_gives_the_same_numbers(percuta, case, tmp_path):
    path = case(WEAK)
    arguments = ["insert", str(path), "--level", "solid", "-d", "0.3 mm", *QUICK, "--stay", "--frames", "0"]
    assert percuta(*arguments, "-o", tmp_path / "whole").code == 0
    code, err = stopped([*arguments, "-o", tmp_path / "killed"], "through the skin", "SIGTERM")
    assert code == 130 and "--resume" in err
    assert not (tmp_path / "killed").exists()
    again = percuta(*arguments, "-o", tmp_path / "killed", "--resume")
    assert again.code == 0, again.err
    assert not os.path.exists(tmp_path / "killed.checkpoint")
    with h5py.File(tmp_path / "whole/results.h5") as a, h5py.File(tmp_path / "killed/results.h5") as b:
        for name in a["insertion"]:
            assert np.array_equal(a["insertion"][name][:], b["insertion"][name][:]), name


def test_a_damaged_checkpoint_is_refused_or_the_one_before_it_taken(percuta, case, tmp_path):
    path = case(WEAK)
    arguments = ["insert", str(path), "--level", "solid", "-d", "0.3 mm", *QUICK, "--stay", "--frames", "0"]
    whole = percuta(*arguments, "-o", tmp_path / "whole", "--json")
    assert whole.code == 0, whole.err
    checkpoint, previous = tmp_path / "out.checkpoint", tmp_path / "out.checkpoint.previous"
    assert stopped([*arguments, "-o", tmp_path / "out"], "through the skin", "SIGTERM")[0] == 130
    state = checkpoint.read_bytes()
    for damaged in (b"", state[:-1], state + b"x", state[:100] + bytes([state[100] ^ 1]) + state[101:], state[:40] + bytes(len(state) - 40)):
        checkpoint.write_bytes(damaged)
        run = percuta(*arguments, "-o", tmp_path / "out", "--resume", "--json")
        assert run.code == 5 and f"{checkpoint}: the checkpoint is damaged" in run.err and "without resume" in run.err, run.err
    previous.write_bytes(state)
    run = percuta(*arguments, "-o", tmp_path / "out", "--resume", "--json")
    assert run.code == 0 and str(previous) in run.err, run.err
    assert json.loads(run.out)["insertion"] == json.loads(whole.out)["insertion"]
    assert not checkpoint.exists() and not previous.exists()


@pytest.mark.parametrize(("rank", "size"), [("one", "2"), ("2", "2"), ("-1", "2"), ("0", "0"), ("0", "99999999999"), ("", ""), ("0x", "1")])
def test_a_place_among_processes_that_is_none_is_refused(case, rank, size):
    environment = dict(os.environ, PMI_RANK=rank, PMI_SIZE=size, PERCUTA_DATA=str(CASES.parent))
    run = subprocess.run([PERCUTA, "insert", case(WEAK), "--level", "axisymmetric", "-d", "10 um"], capture_output=True, text=True, env=environment)
    assert run.returncode == 2 and f"PMI_RANK={rank} and PMI_SIZE={size}" in run.stderr, run.stderr


def test_a_push_ends_at_the_force(percuta, case, tmp_path):
    arguments = ["insert", case(WEAK), "--level", "solid", *QUICK, "--frames", "0", "--json"]
    pushed = percuta(*arguments, "-d", "0.35 mm", "--force", "12 mN")
    assert pushed.code == 0, pushed.err
    insertion = json.loads(pushed.out)["insertion"]
    assert insertion["force_at_depth"]["value"] == pytest.approx(12e-3, rel=1e-5)
    assert json.loads(pushed.out)["energy"]["stored"]["value"] < 1e-9  # and comes out again
    # The same way by displacement, on a mesh for that depth, bears the same force.
    depth = insertion["tip_displacement"]["value"]
    back = json.loads(percuta(*arguments, "-d", f"{depth * 1e3:.6f} mm", "--stay").out)["insertion"]
    assert back["force_at_depth"]["value"] == pytest.approx(12e-3, rel=0.01)
    short = percuta("insert", case(WEAK), "--level", "solid", *QUICK, "--frames", "0", "-d", "0.1 mm", "--force", "1 N", "--stay")
    assert short.code == 0 and "was not reached" in short.err
    unpierced = percuta("insert", CASE, "-d", "0.4 mm", "--force", "10 mN", "--frames", "0", "--json")
    assert json.loads(unpierced.out)["insertion"]["force_at_depth"]["value"] == pytest.approx(10e-3, rel=2e-3)
    assert "was not reached" in percuta("insert", CASE, "-d", "0.1 mm", "--force", "1 N", "--frames", "0").err


def test_a_needle_held_under_a_load_sinks(percuta, case, tmp_path):
    relaxing = WEAK.replace('toughness = "20 J/m^2"', 'toughness = "20 J/m^2"\nrelaxation = [{ share = 0.40, time = "0.3 s" }, { share = 0.11, time = "4 s" }]')
    run = percuta("insert", case(relaxing), "--level", "solid", *QUICK, "-d", "0.2 mm", "--force", "4 mN", "--speed", "1 mm/s", "--hold", "2 s",
                  "--frames", "0", "--stay", "-o", tmp_path / "out", "--json")
    assert run.code == 0, run.err
    insertion = json.loads(run.out)["insertion"]
    assert insertion["sunk_while_held"]["value"] > 5e-6
    assert abs(insertion["force_lost_while_held"]["value"]) < 1e-8
    with h5py.File(tmp_path / "out/results.h5") as file:
        time, force = file["insertion/time"][:], file["insertion/force"][:]
    assert np.all(np.diff(time) > 0.0) and time[-1] > 2.0
    assert np.allclose(force[time > time[-1] - 2.0 + 1e-9], 4e-3, rtol=1e-5)
    still = percuta("insert", case(relaxing), "--level", "solid", *QUICK, "-d", "0.03 mm", "--speed", "1 mm/s", "--hold", "2 s", "--frames", "0", "--json")
    insertion = json.loads(still.out)["insertion"]
    assert insertion["sunk_while_held"]["value"] == pytest.approx(0.0, abs=1e-12)
    assert insertion["force_lost_while_held"]["value"] > 0.3 * (insertion["force_at_depth"]["value"] + insertion["force_lost_while_held"]["value"])
    for level, motion, hold, words in (("solid", "roll", "1 s", "has no place here"), ("axisymmetric", "push", "1 s", "has no place here"), ("solid", "push", "0 s", "is out of range")):
        refused = percuta("insert", case(relaxing), "--level", level, "-m", motion, "--hold", hold)
        assert refused.code == 3 and f"insertion.hold {words}" in refused.err, refused.err
    slow = percuta("insert", case(relaxing), "--level", "solid", "--hold", "1 s")
    assert slow.code == 3 and "case.toml: insertion.hold 1 s: a slow push" in slow.err and "insertion.speed" in slow.err


@pytest.mark.parametrize(
    ("arguments", "code", "parts"),
    [
        (["--level", "solid", "--set", "skin.layers.papillary_dermis.toughness=20 kJ/m^2"], 3, ["single-needle.toml: skin.layers.papillary_dermis.toughness 20000 J/m^2", "cannot separate round this needle", "at most 1728 J/m^2"]),
        (["--level", "solid", "--set", "skin.layers.stratum_corneum.strength=0 MPa"], 3, ["skin.layers.stratum_corneum.strength 0 MPa", "nothing can open", "strength = "]),
        (["--level", "solid", "--set", "skin.layers.stratum_corneum.thickness=1 um"], 3, ["skin.layers.stratum_corneum.thickness 1 um: thinner than the finest cells"]),
        (["--level", "solid", "-d", "1.9 mm", "--set", "device.needle.length=1.9 mm"], 3, ["insertion.displacement 1.9 mm", "the skin is 1.91 mm thick"]),
        (["--level", "solid", "-d", "1.1 mm"], 3, ["single-needle.toml: insertion.displacement 1.1 mm: the needle is 1 mm long", "at most 1 mm"]),
        (["-d", "4 mm"], 3, ["single-needle.toml: insertion.displacement 4 mm: the needle is 1 mm long", "at most 1 mm"]),
        (["--level", "solid", "--tilt", "60 deg", "-d", "0.01 mm"], 3, ["insertion.tilt 60 deg: after 0.01 mm of travel", "its tip is still", "above the surface"]),
        (["--level", "axisymmetric", "--motion", "roll"], 3, ["insertion.motion has no place here", "insertion.level"]),
        (["-d", "5"], 3, ["insertion.displacement needs a unit", "5 mm"]),
        (["--level", "solid", "--resume", "-o", "nowhere/x"], 5, ["no checkpoint to go on from"]),
        (["--set", "skin.layers.papillary_dermis.law=rubber"], 3, ["law is unknown", "goh"]),
    ],
)
def test_refusals_come_before_the_solve(percuta, arguments, code, parts):
    begin = time.monotonic()
    run = percuta("insert", CASE, *arguments)
    assert run.code == code, run.err
    for part in parts:
        assert part in run.err, run.err
    assert "bug" not in run.err and time.monotonic() - begin < 20.0


@pytest.mark.parametrize(
    ("option", "wrong", "allowed"),
    [
        ("--displacement", ["1e9 m", "11 mm", "1e-9 m", "1e308 mm"], "0.0001 mm to 10 mm"),
        ("--force", ["1e-9 N", "9 uN", "101 N", "1e305 N"], "0.01 mN to 100000 mN"),
        ("--hold", ["1e300 weeks", "8 days", "1e-6 s"], "0.001 s to 604800 s"),
        ("--step", ["1e-30 m", "2 mm"], "0.01 um to 1000 um"),
        ("--speed", ["1e9 m/s", "1e-30 mm/s"], "1e-06 mm/s to 100000 mm/s"),
        ("--spacing", ["1 m", "1 um"], "0.01 mm to 10 mm"),
        ("--tilt", ["61 deg", "1e9 rad"], "0.001 deg to 60 deg"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(percuta, option, wrong, allowed):
    for value in wrong:
        run = percuta("insert", CASE, "--level", "solid", option, value)
        key = "insertion." + option[2:]
        assert run.code == 3 and f"{key} is out of range: {value}" in run.err and f"(allowed {allowed}" in run.err, run.err
    assert f"({allowed}" in " ".join(percuta("insert", "--help").out.split())


def test_unpierced_skin_ends_where_it_would_open_and_says_so(percuta):
    """The gate of the energy level ends the push before the needle's length; one that gets where it should says nothing."""
    said = "the tip displacement of 1 mm was not reached"
    for arguments in ([], ["-d", "1 mm"]):
        run = percuta("insert", CASE, *arguments, "--frames", "0")
        assert run.code == 0 and said in run.err and 'insertion.level = "solid" goes on' in run.err, run.err
    for arguments in (["-d", "0.1 mm"], ["--force", "5 mN"]):
        assert "was not reached" not in percuta("insert", CASE, *arguments, "--frames", "0").err


@pytest.mark.parametrize("force", [1e-5, 3e-5, 2e-4])
def test_a_force_below_that_of_the_first_step_is_met(percuta, force):
    run = percuta("insert", CASE, "--force", f"{force} N", "--frames", "0", "--json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["insertion"]["force_at_depth"]["value"] == pytest.approx(force, rel=2e-3)


def test_overrides_without_effect_are_named(percuta):
    idle = ["protocol.load=3 N", "channels.sample_side=8 mm", "healing.days=30 days", "device.roller.width=20 mm", "skin.vessels.heavy=1.1 mm",
            "device.roller.drum_radius=9 mm", "skin.layers.stratum_corneum.strength=20 MPa", "skin.friction=0.2", "skin.layers.papillary_dermis.toughness=3 kJ/m^2"]
    read = ["skin.layers.papillary_dermis.shear_modulus=3 kPa", "skin.tension=1 kPa", "device.needle.tip_radius=29 um", "skin.gate_toughness=20 kJ/m^2", "skin=excised-human"]
    run = percuta("insert", CASE, "-d", "0.02 mm", "--frames", "0", "--json", *(word for key in idle + read for word in ("--set", key)))
    assert run.code == 0, run.err
    said = [w for w in json.loads(run.out)["warnings"] if "has no effect" in w]
    assert sorted(w.split(" ")[0] for w in said) == sorted(key.split("=")[0] for key in idle)
    assert "protocol.load has no effect on insert" in said
    assert "skin.friction has no effect on insert at the axisymmetric level" in said
    solid = percuta("insert", CASE, "--level", "solid", *QUICK, "-d", "0.005 mm", "--stay", "--frames", "0", "--json", "--set", "skin.friction=0.2", "--set", "healing.days=30 days")
    assert solid.code == 0, solid.err
    assert [w for w in json.loads(solid.out)["warnings"] if "has no effect" in w] == ["healing.days has no effect on insert"]


def test_processes_share_the_work_and_agree(case, tmp_path):
    """One, two and four processes: the same force curve to 1e-8, through puncture."""
    curves = {}
    for n in (1, 2, 4):
        out = tmp_path / f"out{n}"
        launcher = ["mpirun", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1", "-n", str(n)]
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PERCUTA_DATA=str(CASES.parent))
        run = subprocess.run([*launcher, PERCUTA, "insert", case(WEAK), "--level", "solid", "-d", "0.35 mm", *COARSE, "--stay", "--frames", "0",
                              "-j", "1", "-o", out, "--json"], capture_output=True, text=True, env=environment)
        assert run.returncode == 0, run.stderr
        summary = json.loads(run.stdout)  # one result, not n
        assert summary["cost"]["processes"] == n
        assert "puncture" in {e["name"] for e in summary["events"]}
        with h5py.File(out / "results.h5") as file:
            curves[n] = file["insertion/force"][:]
    for n in (2, 4):
        assert curves[n].shape == curves[1].shape
        assert np.max(np.abs(curves[n] - curves[1])) < 1e-8 * np.max(curves[1])


def test_conjugate_gradients_share_the_work_of_two_processes(case):
    """The iterative solver on one and two processes and the direct one: the same force within what Newton's tolerance leaves.
    Skin softer in volume than the default, which takes conjugate gradients some hundred iterations a solve and other steps."""
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PERCUTA_DATA=str(CASES.parent))
    force = {}
    for n, solver in ((1, "direct"), (1, "iterative"), (2, "iterative")):
        launcher = ["mpirun", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1", "-n", str(n)] if n > 1 else []
        run = subprocess.run([*launcher, PERCUTA, "insert", case(WEAK), "--level", "solid", "-d", "0.03 mm", *COARSE, "--stay", "--frames", "0",
                              "-j", "1", "--bulk-over-shear", "100", "--solver", solver, "--json"], capture_output=True, text=True, env=environment)
        assert run.returncode == 0, run.stderr
        summary = json.loads(run.stdout)
        assert (summary["cost"]["inner_iterations"] > 0) == (solver == "iterative")
        force[n, solver] = summary["insertion"]["force_at_depth"]["value"]
    for value in force.values():
        assert value == pytest.approx(force[1, "direct"], rel=1e-3)


def test_several_processes_refuse_once(case, tmp_path):
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PERCUTA_DATA=str(CASES.parent))
    run = subprocess.run(["mpirun", "--oversubscribe", "-n", "2", PERCUTA, "insert", case(WEAK), "--level", "axisymmetric"],
                         capture_output=True, text=True, env=environment)
    assert run.returncode == 2
    assert run.stderr.count("the axisymmetric level runs in one process") == 1


def test_neighbours_matter_when_they_are_close(percuta, case, tmp_path):
    """Mirrors half-way between needles: far apart they do not feel one another, close together the skin gives way as a whole."""
    force = {}
    for spacing in ("0.25 mm", "3 mm", None):
        argument = ["--spacing", spacing] if spacing else []
        run = percuta("insert", case(WEAK), "--level", "solid", "-d", "0.1 mm", *QUICK, *argument, "--stay", "--frames", "0", "--json")
        assert run.code == 0, run.err
        summary = json.loads(run.out)
        force[spacing] = [e["force"]["value"] for e in summary["events"] if e["name"] == "deepest point"][0]
    assert force["3 mm"] == pytest.approx(force[None], rel=0.05)
    assert abs(force["0.25 mm"] / force[None] - 1.0) > 0.2
    run = percuta("insert", case(WEAK), "--level", "solid", "--spacing", "0.1 mm")
    assert run.code == 3 and "insertion.spacing 100 um" in run.err and "at least 200 um" in run.err
    run = percuta("insert", case(WEAK), "--level", "solid", "-m", "roll", "--spacing", "1 mm")
    assert run.code == 3 and "insertion.spacing has no place here" in run.err


def test_choices_of_the_solid_level_are_refused_elsewhere(percuta, case):
    for option, value in (("part", "half"), ("solver", "iterative"), ("bulk-over-shear", "100"), ("cells-along-path", "3"), ("mesh", "following")):
        run = percuta("insert", case(WEAK), "--level", "axisymmetric", f"--{option}", value)
        key = "insertion." + option.replace("-", "_")
        assert run.code == 3 and f"{key} has no place here" in run.err and 'it goes with insertion.level = "solid"' in run.err, run.err


def test_a_tilted_needle_goes_in_along_its_axis(percuta, case, tmp_path):
    out = tmp_path / "out"
    run = percuta("insert", case(WEAK), "--level", "solid", "-d", "0.1 mm", *QUICK, "--tilt", "25 deg", "--stay", "--frames", "1", "-o", out, "--json")
    assert run.code == 0, run.err
    summary, lean = json.loads(run.out), math.cos(math.radians(25))
    assert summary["insertion"]["tip_displacement"]["value"] == pytest.approx(0.1e-3 * lean - 30e-6 * (1.0 - lean), rel=1e-3)  # its round tip first touches beside its point
    with h5py.File(out / "results.h5") as file:
        along, down, sideways = (file[f"insertion/{name}"][-1] for name in ("along", "displacement", "lateral_force"))
    assert along == pytest.approx(-0.1e-3 * math.sin(math.radians(25)), rel=1e-6)
    assert abs(sideways) > 0.0 and down > 0.0
    for tilt, motion, words in (("20 deg", "roll", "insertion.tilt has no place here"), ("80 deg", "push", "to 60 deg"), ("5 mm", "push", "is a unit of length")):
        run = percuta("insert", case(WEAK), "--level", "solid", "--tilt", tilt, "-m", motion)
        assert run.code == 3 and words in run.err


def rolled(drum, length, points=40):
    """Rows of a path on which a needle of a drum that rolls goes in as far as it goes [mm, mm, deg]."""
    first = math.acos(drum / (drum + length))
    for k in range(points + 1):
        turn = first * (k / points - 1.0)
        yield 1e3 * (drum * turn - (drum + length) * math.sin(turn)), 1e3 * ((drum + length) * math.cos(turn) - drum), math.degrees(turn)


def test_a_path_that_rolls_gives_the_forces_of_rolling(percuta, case, tmp_path):
    path = tmp_path / "rolled.csv"
    path.write_text("# a drum of 10 mm\nalong mm, depth mm, tilt deg\n" + "".join("%.9g, %.9g, %.9g\n" % row for row in rolled(10e-3, 0.2e-3)))
    curves = []
    for motion in (["--motion", "roll"], ["--path", path]):
        out = tmp_path / f"out{len(curves)}"
        run = percuta("insert", case(WEAK), "--level", "solid", *QUICK, *motion, "--set", "device.needle.length=0.2 mm", "--set", "device.roller.drum_radius=10 mm", "--stay", "--frames", "0", "-o", out)
        assert run.code == 0, run.err
        with h5py.File(out / "results.h5") as file:
            curves.append([file[f"insertion/{name}"][:] for name in ("tilt", "force", "lateral_force")])
    (tilt, *forces), (path_tilt, *path_forces) = curves
    for a, b in zip(forces, path_forces):
        assert np.abs(np.interp(tilt, path_tilt, b) - a).max() < 0.01 * np.abs(forces[0]).max()


def test_a_path_turns_where_its_rows_say(percuta, case, tmp_path):
    path, out = tmp_path / "path.csv", tmp_path / "out"
    path.write_text("depth um, along mm\n0, 0\n100, 0\n\n100, 0.02\n60, 0.02\n")  # it ends in the skin
    run = percuta("insert", case(WEAK), "--level", "solid", *QUICK, "--path", path, "--frames", "0", "-o", out)
    assert run.code == 0, run.err
    with h5py.File(out / "results.h5") as file:
        along, depth, lateral = (file[f"insertion/{name}"][:] for name in ("along", "displacement", "lateral_force"))
    assert ((along == 0.0) | (depth >= 100e-6 - 1e-12) | (along >= 20e-6 - 1e-12)).all()  # no corner is cut
    assert (along[-1], depth[-1], depth.max()) == pytest.approx((20e-6, 60e-6, 100e-6), rel=1e-9)
    assert lateral[depth >= 100e-6 - 1e-12][-1] > 0.0  # what pushes the needle on sideways


def test_the_path_that_comes_with_the_cases_is_followed_to_its_end(percuta, case, tmp_path):
    out = tmp_path / "out"
    run = percuta("insert", case(WEAK), "--level", "solid", *QUICK, "--path", CASES / "lean-in.csv", "--frames", "0", "-o", out, "--json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["percuta"]["motion"] == "path"
    with h5py.File(out / "results.h5") as file:
        tilt, depth, along = (file[f"insertion/{name}"][:] for name in ("tilt", "displacement", "along"))
    assert math.degrees(tilt.min()) < -9.0 and depth.max() == pytest.approx(100e-6) and along[-1] == pytest.approx(20e-6)
    assert depth[-1] <= 1e-6  # out of the skin, or as far up as it clung


@pytest.mark.parametrize(
    "rows, code, words",
    [
        ("along um, depth\n0, 0\n0, 1\n", 3, [":1:", '"depth": a unit of length']),
        ("along um, deep um\n0, 0\n0, 1\n", 3, [":1:", '"deep um" is no column']),
        ("along um, tilt deg\n0, 0\n0, 1\n", 3, [":1:", "needs the columns along and depth"]),
        ("along um, depth um\n0, 0\n0, 10 mm\n", 3, [":3:", '"10 mm" is no number']),
        ("along um, depth um\n0, 0\n0, 1, 2\n", 3, [":3:", "3 numbers in this row, 2 columns"]),
        ("along um, depth um, tilt deg\n0, 0, 0\n0, 1, 61\n", 3, [":3:", "a tilt of 61 deg", "at most 60 deg"]),
        ("along um, depth um\n0, 0\n0, 0\n", 3, ["two different poses"]),
        ("along um, depth um\n0, 10\n0, 50\n", 3, ["in the skin already", "a depth of at most 0 um"]),
        ("along um, depth um\n0, -10\n0, -5\n", 3, ["stays above the skin"]),
        ("along mm, depth um\n0, 0\n5, 50\n", 3, ["to the side", "at most 3.2 mm"]),
        ("along um, depth mm\n0, 0\n0, 50\n", 3, ["insertion.path 50 mm: the needle is 1 mm long", "at most 1 mm"]),
        (None, 5, ["no file of a path"]),
    ],
)
def test_bad_paths_are_refused(percuta, case, tmp_path, rows, code, words):
    path = tmp_path / "path.csv"
    if rows is not None:
        path.write_text(rows)
    run = percuta("insert", case(WEAK), "--level", "solid", "--path", path)
    assert run.code == code and all(word in run.err for word in words), run.err


def test_a_case_file_names_a_path_beside_itself(percuta, case, tmp_path):
    """And the command line one from where it runs; what a case asks for its flags may change."""
    (tmp_path / "poses.csv").write_text("along um, depth um, tilt deg\n0, 0, 0\n2, 40, 5\n")
    text = WEAK + '[insertion]\nlevel = "solid"\npath = "poses.csv"\nframes = 0\n'
    (tmp_path / "elsewhere").mkdir()
    beside = percuta("insert", case(text), *QUICK, "--json", cwd=tmp_path / "elsewhere")
    assert beside.code == 0, beside.err
    assert json.loads(beside.out)["percuta"]["motion"] == "path"
    away = percuta("insert", case(text), *QUICK, "--path", "poses.csv", cwd=tmp_path / "elsewhere")
    assert away.code == 5 and "poses.csv: no file of a path" in away.err


def test_a_path_takes_the_place_of_other_motions(percuta, case, tmp_path):
    path = tmp_path / "path.csv"
    path.write_text("along um, depth um\n0, 0\n0, 50\n")
    for options, words in ((["-m", "roll"], "insertion.motion has no place here"), (["-d", "1 mm"], "which says how deep the needle goes"), (["--tilt", "10 deg"], "without insertion.path"), (["-l", "axisymmetric"], 'insertion.path has no place here')):
        run = percuta("insert", case(WEAK), *(["--level", "solid"] if "-l" not in options else []), "--path", path, *options)
        assert run.code == 3 and words in run.err, run.err
