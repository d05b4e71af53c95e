"""percuta roll: the device on a patch of skin."""

import json

import h5py
import pytest
from conftest import CASES

CASE = CASES / "cheek-medical-roller.toml"
PATCH = ("--set", "channels.sample_side=12 mm")


@pytest.fixture
def summary(percuta):
    def roll(*args):
        done = percuta("roll", CASE, "--json", *PATCH, *args)
        assert done.code == 0, done.err
        return json.loads(done.out)

    return roll


def value(result, path):
    for part in path.split("."):
        result = result[part]
    return result["value"] if isinstance(result, dict) else result


def test_result_ends_at_the_channels_and_is_run_again_from_its_file(percuta, tmp_path):
    out, again = tmp_path / "out", tmp_path / "again"
    percuta("roll", CASE, "-o", out, *PATCH)
    assert sorted(p.name for p in out.iterdir()) == ["fields", "report.html", "results.h5", "summary.json"]
    assert not list((out / "fields").glob("healing*"))
    with h5py.File(out / "results.h5") as file:
        assert file["provenance"].attrs["type"] == "percuta roll"
        assert "healing" not in file and file["channels/position"].shape[1] == 2
    page = (out / "report.html").read_text()
    assert "The roller on the skin" in page and "What the skin does afterwards" not in page
    percuta("rerun", out / "results.h5", "-o", again)
    first, second = (json.loads((folder / "summary.json").read_text()) for folder in (out, again))
    assert first == second


def test_values_side_by_side(percuta, tmp_path):
    done = percuta("roll", CASE, "--vary", "protocol.load=1 N,5 N", "-o", tmp_path / "out", *PATCH)
    rows = json.loads((tmp_path / "out" / "comparison.json").read_text())["rows"]
    assert [row["value"] for row in rows] == ["1 N", "5 N"]
    depths = [value(row["summary"], "insertion.pierced_depth") for row in rows]
    assert depths[0] < depths[1]
    assert "within 0.2 mm" in done.err + done.out and "collagen" not in done.err + done.out


@pytest.mark.parametrize("device, kind", (("mf8-1.0mm", "roller"), ("stamp-0.5mm", "stamp"), ("pen-6", "pen")))
def test_kinds_of_devices(summary, device, kind):
    result = summary("--set", f"device={device}")
    assert value(result, "insertion.device") == kind
    density, formula = value(result, "channels.landing_density"), value(result, "channels.density_formula")
    assert density == pytest.approx(formula, rel=0.1)
    if kind == "roller":
        assert value(result, "channels.obliquity") > 0
    else:
        assert value(result, "channels.obliquity") == 0 and value(result, "channels.contact_half_width") is None


def test_the_dial_scatters(summary):
    """A pen's depth has the dial's scatter beside that of needles and skin."""
    exact = summary("--set", "device=pen-6", "--set", "device.pen.stroke_error=0 mm")
    dial = summary("--set", "device=pen-6")

    def spread(r):
        return r["insertion"]["pierced_depth"]["sd"]

    assert spread(dial) > 1.2 * spread(exact)


def test_disc_rollers_leave_slits_and_stamps_round_holes(summary):
    assert value(summary("--set", "device=disc-540"), "channels.hole_shape") == "slit"
    assert value(summary("--set", "device=stamp-0.5mm"), "channels.hole_shape") == "round"


def test_no_bleeding_while_tips_stay_in_the_epidermis(summary):
    shallow = summary("--set", "device=mf8-0.2mm", "--set", "protocol.load=0.5 N",
                      "--set", "skin.vessels.loops_below_epidermis=0.2 mm")
    assert value(shallow, "channels.share_not_bleeding") == 1.0
    assert value(shallow, "channels.bleeding_density") == 0.0 and value(shallow, "channels.loops_met") == 0.0
    deep = summary()
    shares = [value(deep, f"channels.{name}") for name in
              ("share_not_bleeding", "share_first_loops", "share_capillary", "share_heavy")]
    assert sum(shares) == pytest.approx(1.0) and shares[2] > 0.0


def test_reentry_counts_channels_and_hits_apart(summary):
    result = summary("--set", "channels.reentry=1", "--set", "channels.reentry_distance=0.5 mm")
    assert value(result, "channels.hit_density") > value(result, "channels.density") > 0
    assert value(summary(), "channels.hit_density") == value(summary(), "channels.density")


def test_landings_say_whose_channel_they_entered(percuta, tmp_path):
    percuta("roll", CASE, "-o", tmp_path / "out", *PATCH, "--set", "channels.reentry=1", "--set", "channels.reentry_distance=0.5 mm")
    with h5py.File(tmp_path / "out/results.h5") as file:
        entered, position = file["landings/entered"][:].astype(int), file["landings/position"][:]
        own = file["channels/position"].shape[0]
    slid = entered >= 0
    assert slid.any() and (position[slid] == position[entered[slid]]).all()
    assert (~slid).sum() == own  # every needle of this case pierces


def test_more_passes_for_more(summary):
    few = summary("--set", "channels.target_density=50 /cm^2", "--set", "channels.target_coverage=0.2")
    many = summary("--set", "channels.target_density=400 /cm^2", "--set", "channels.target_coverage=0.95")
    for name in ("channels.passes_for_density", "channels.passes_for_coverage"):
        assert 0 < value(few, name) < value(many, name)
        assert value(many, name) % 4 == 0  # as often in each of the four directions
    never = summary("--set", "channels.target_density=50000 /cm^2")
    assert value(never, "channels.passes_for_density") is None


@pytest.mark.parametrize("args, words", (
    (("--set", "channels.sample_side=2 mm"), "less than one needle's share of the device"),
    (("--set", "device=pen-6", "--set", "protocol.speed=slow"), "a pen's head is moved along the skin"),
    (("--set", "device=pen-6", "--set", "device.pen.stroke=2.5 mm"), "is more than the needles are long"),
    (("--set", "device.kind=pen",), "device.pen.stroke is missing"),
    (("--set", "device=pen-6", "--set", "protocol.speed=1 mm/s", "--set", "protocol.passes_per_direction=100",
      "--set", "channels.sample_side=100 mm"), "GB of memory"),
    (("--set", 'channels.outline=[{ x = "0 mm", y = "0 mm" }, { x = "9 mm", y = "9 mm" }]'), "channels.outline has two corners"),
))
def test_bad_input_is_told(percuta, args, words):
    patch = () if any("channels." in a for a in args) else PATCH
    done = percuta("roll", CASE, *patch, *args)
    assert done.code == 3 and words in done.err, done.err


def test_passes_for_a_target_are_sought_where_they_fit():
    """A large patch that is just allowed: a hundred passes on it would take ten gigabytes."""
    import resource
    import subprocess

    from conftest import PERCUTA

    def three_gigabytes():
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

    done = subprocess.run([PERCUTA, "roll", CASE, "--json", "--set", "device=pen-14", "--set", "protocol.speed=2 mm/s", "--set",
                           'protocol.directions=["vertical"]', "--set", "protocol.passes_per_direction=1", "--set", "channels.sample_side=100 mm",
                           "--set", "channels.target_density=100000 /cm^2"], capture_output=True, text=True, timeout=240, preexec_fn=three_gigabytes)
    assert done.returncode == 0, done.stderr
    channels = json.loads(done.stdout)["channels"]
    per_pass = channels["density_per_pass"]["value"]
    assert channels["passes_for_density"]["value"] == pytest.approx(1e9 / per_pass, abs=1.0)
