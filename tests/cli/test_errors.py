"""Bad input: one clear error with file, key, value, what is allowed; the right exit code; nothing half-written."""

import json
import os
import subprocess

import pytest

from conftest import CASES, PERCUTA, SMALL

HEAD = 'skin = "cheek"\ndevice.base = "mf8-1.5mm"\n'

BAD = {
    "negative length": (HEAD + 'device.needle.length = "-1 mm"\n', ["case.toml:3:24", "device.needle.length is out of range: -1 mm", "0.05 mm to 3 mm"]),
    "needle longer than the skin": ('skin = "excised-human"\ndevice.base = "mf8-1.5mm"\ndevice.needle.length = "2.4 mm"\n', ["longer than the skin is thick", "1.91 mm"]),
    "missing unit": (HEAD + "device.needle.length = 1.0\n", ["device.needle.length needs a unit", 'write for example "1 mm"', "^^^"]),
    "wrong unit": (HEAD + 'device.needle.length = "1 N"\n', ["is a length", '"N" is a unit of force']),
    "unknown unit": (HEAD + 'device.needle.length = "1 inch"\n', ['unknown unit "inch"', "mm"]),
    "unknown skin": ('skin = "chek"\ndevice = "mf8-1.5mm"\n', ['unknown skin "chek"', 'did you mean "cheek"?', "forehead"]),
    "unknown device": ('skin = "cheek"\ndevice = "mf8-1.5"\n', ['unknown device "mf8-1.5"', 'did you mean "mf8-1.5mm"?']),
    "unknown key": (HEAD + "[protocol]\npasess_per_direction = 4\n", ["unknown key protocol.pasess_per_direction", "did you mean protocol.passes_per_direction?"]),
    "two errors": (HEAD + 'device.needle.length = 1.0\n[protocol]\nload = "-5 N"\n', ["case.toml:3:", "case.toml:5:"]),
    "empty": ("", ["is empty", "percuta template"]),
    "not toml": ("skin = [", ["not valid TOML"]),
    "fraction of a pass": (HEAD + "[protocol]\npasses_per_direction = 1.5\n", ["must be a whole number"]),
    "wrong direction": (HEAD + '[protocol]\ndirections = ["sideways"]\n', ['unknown entry "sideways"', "vertical"]),
    "level": (HEAD + 'level = "solid"\n', ['level has moved', "insertion.level"]),
    "level that is none": (HEAD + '[insertion]\nlevel = "liquid"\n', ['insertion.level is unknown: "liquid"', "one of energy, axisymmetric, solid"]),
    "decimal comma": (HEAD + 'device.needle.length = "1,5 mm"\n', ["decimal comma", 'write "1.5 mm"']),
    "negative seed": (HEAD + "seed = -1\n", ["seed is out of range: -1", "0 to 9007199254740992"]),
    "seed beyond": (HEAD + "seed = 9007199254740994\n", ["seed is out of range"]),
    "field beside value": ('skin = {value = "cheek", tension = "400 kPa"}\ndevice = "mf8-1.5mm"\n', ["skin.tension stands beside skin.value", "base ="]),
    "table beside value": ('skin = "cheek"\n[device]\nvalue = "mf8-1.5mm"\n[device.needle]\nlength = "1 mm"\n', ["device.needle stands beside device.value"]),
    "nonsense compared": (HEAD + '[compare]\nkey = "nonsense"\nvalues = ["1"]\n', ['compare.key is unknown: "nonsense"']),
    "slip in what is compared": (HEAD + '[compare]\nkey = "device.needle.lenght"\nvalues = ["1 mm"]\n', ['did you mean "device.needle.length"?']),
    "row twice": (HEAD + '[compare]\nkey = "seed"\nvalues = ["1", "1"]\n', ['compare.values has "1" twice']),
    "text for a number": ('skin = "cheek"\n[device]\nbase = "mf8-1.5mm"\n[device.roller]\nrows = "1e+02"\n', ["device.roller.rows must be a number", "write for example 100"]),
    "text as a list": (HEAD + '[protocol]\ndirections = "vertical"\n', ["protocol.directions must be a list", '["vertical"]']),
    "many directions": (HEAD + "[protocol]\ndirections = [" + '"vertical", ' * 80000 + "]\n", ["protocol.directions has 80000 entries", "at most 16"]),
    "wrong directions": (HEAD + "[protocol]\ndirections = [" + '"up", ' * 14 + "]\n", ['unknown entry "up"', "6 more"]),
    "overlapping needles": ('skin = "cheek"\n[device]\nbase = "mf8-1.5mm"\n[device.roller]\ndrum_radius = "1 mm"\nrows = 200\nneedles_per_turn = 500\n',
                            ["makes needles overlap", "larger drum_radius"]),
    "millions of landings": (HEAD + 'device.roller.drum_radius = "2 mm"\n[channels]\nsample_side = "100 mm"\n[protocol]\npasses_per_direction = 100\n', ["would hold", "needle landings", "smaller patch"]),
    "sessions after the end": (HEAD + '[protocol]\nsessions = 12\n', ["the last of 12 is on day 330", 'healing.days = "420 days"']),
    "vessels out of order": ('[skin]\nbase = "cheek"\nvessels.heavy = "0 mm"\n[device]\nbase = "mf8-1.5mm"\n', ["skin.vessels.heavy is out of range: 0 mm lies above the dense plexus"]),
    "deep key": (HEAD + "a." * 7700 + "a = 1\n", ["is nested too deeply"]),
    "deep table": (HEAD + "[" + "a." * 7700 + "a]\n", ["is nested too deeply"]),
    "long key": (HEAD + "k" * 900000 + " = 1\n", ["unknown key", "…"]),
    "huge file": (HEAD + "# " + "x" * 1100000 + "\n", ["is too large", "at most"]),
    "unknown keys": (HEAD + "".join(f"u{k} = 1\n" for k in range(90000)), ["unknown key u0", "89992 more"]),
    "escape characters": (HEAD + 'title = 1\n"\\u001b[31mred" = 1\n', ["unknown key \\x1B[31mred"]),
    "stray relaxation": ('[skin]\nbase = "cheek"\n[skin.layers.papillary_dermis]\nrelaxation = [{ share = 0.4, time = "1e305 weeks" }]\n[device]\nbase = "mf8-1.5mm"\n', ["relaxation.0.time is out of range"]),
    "a source that is not there": ('device = "mf8-1.5mm"\n' + "[skin]\nbase = \"cheek\"\nfriction = { value = 0.3, source = \"roemgens2041\" }\n", ["roemgens2041", 'did you mean "roemgens2014"?']),
    "constants of version 0.1": (HEAD + "[healing.parameters]\nswitching = 1\nmigration_speed = 0.24\n", ['switching = "1 1/day"', 'migration_speed = "0.24 mm/day"']),
    "runaway inflammation": (HEAD + "[healing.parameters]\nalarm_from_macrophages = \"5 1/day\"\n", ["loop gain", "below 1"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_case(percuta, case, tmp_path, name):
    text, expected = BAD[name]
    for verb in ("check", "run"):
        arguments = ["-o", tmp_path / "out"] if verb == "run" else []
        run = percuta(verb, case(text), *arguments)
        assert run.code == 3, (name, run.err)
        for part in expected:
            assert part in run.err, (name, part, run.err)
        assert "nan" not in run.err.lower() and "bug" not in run.err
        assert len(run.err.splitlines()) <= 40 and len(run.err) < 20000
    assert not (tmp_path / "out").exists()


def test_binary_file(percuta, tmp_path):
    path = tmp_path / "case.toml"
    path.write_bytes(bytes(range(256)))
    run = percuta("check", path)
    assert run.code == 3 and "is not a text file" in run.err


def test_missing_file(percuta):
    run = percuta("run", "no-such.toml")
    assert run.code == 3 and "no-such.toml: cannot be read" in run.err


def test_output_folder_that_already_holds_a_result(percuta, case, tmp_path):
    path = case(SMALL)
    assert percuta("run", path, "-o", tmp_path / "out", "-q").code == 0
    before = (tmp_path / "out/summary.json").read_text()
    again = percuta("run", path, "-o", tmp_path / "out")
    assert again.code == 5 and "already holds something" in again.err and "--overwrite" in again.err
    assert (tmp_path / "out/summary.json").read_text() == before
    assert percuta("run", path, "-o", tmp_path / "out", "--overwrite", "-q").code == 0


def test_overwrite_never_replaces_what_is_no_result(percuta, case, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    run = percuta("run", case(SMALL), "-o", tmp_path / "mine", "--overwrite")
    assert run.code == 5 and "no result of percuta" in run.err
    assert (tmp_path / "mine/thesis.txt").exists()


def test_unwritable_output_folder(percuta, case, tmp_path):
    run = percuta("run", case(SMALL), "-o", "/proc/percuta/out")
    assert run.code == 5 and "/proc/percuta" in run.err
    file = tmp_path / "a-file"
    file.write_text("")
    run = percuta("run", case(SMALL), "-o", file)
    assert run.code == 5 and "is a file" in run.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission(percuta, case, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    assert percuta("run", case(SMALL), "-o", tmp_path / "closed/out").code == 5


def test_command_line_errors(percuta):
    assert percuta("roll").code == 2
    assert percuta("run").code == 2
    assert percuta().code == 2
    assert percuta("list", "needles").code == 2
    bad = percuta("run", CASES / "cheek-medical-roller.toml", "--set", "length")
    assert bad.code == 2 and "key=value" in bad.err
    unknown = percuta("check", CASES / "cheek-medical-roller.toml", "--set", "device.needle.lenght=1 mm")
    assert unknown.code == 3 and "did you mean device.needle.length?" in unknown.err


def test_missing_data_folder(percuta):
    run = percuta("list", "skins", env={"PERCUTA_DATA": "/nonexistent"})
    assert run.code == 5 and "PERCUTA_DATA" in run.err


def test_a_folder_is_no_case(percuta, tmp_path):
    run = percuta("check", tmp_path)
    assert run.code == 3 and "is a folder" in run.err


def test_a_word_near_a_verb_is_named(percuta):
    run = percuta("runn", "case.toml")
    assert run.code == 2 and "did you mean percuta run?" in run.err


def test_a_broken_data_folder(percuta, tmp_path):
    (tmp_path / "skins").mkdir()
    for arguments in (["list", "devices"], ["check", CASES / "cheek-medical-roller.toml"]):
        run = percuta(*arguments, env={"PERCUTA_DATA": str(tmp_path)})
        assert run.code in (3, 5) and "bug" not in run.err, run.err


def test_every_way_to_write_a_micrometre(percuta, case):
    for unit in ("um", "\u00b5m", "\u03bcm"):
        run = percuta("check", case(HEAD + f'device.needle.tip_radius = "12 {unit}"\n'))
        assert run.code == 0 and "tip radius 12 um" in run.out, run.err


def test_short_form_and_base_are_one_key(percuta, case):
    path = case('skin = "cheek"\ndevice = "mf8-1.5mm"\n')
    for key in ("skin", "skin.base"):
        assert percuta("check", path, "--set", f"{key}=forehead").out.splitlines()[1].strip().startswith("forehead")
        wrong = percuta("check", path, "--set", f"{key}=nonsense")
        assert wrong.code == 3 and 'unknown skin "nonsense"' in wrong.err
    assert percuta("check", path, "--set", "device.base=mf8-1.0mm").out.splitlines()[2].strip().startswith("mf8-1.0mm")
    rows = percuta("compare", case('skin = "cheek"\ndevice = "mf8-1.5mm"\n[compare]\nkey = "skin.base"\nvalues = ["nonsense"]\n'))
    assert rows.code == 3 and 'unknown skin "nonsense"' in rows.err


def test_lists_are_overridden_as_toml(percuta, case):
    path = case(HEAD)
    run = percuta("check", path, "--set", 'protocol.directions=["vertical", "horizontal"]')
    assert run.code == 0 and "2 directions" in run.out, run.err
    wrong = percuta("check", path, "--set", "protocol.directions=[vertical")
    assert wrong.code == 3 and "is not a list" in wrong.err


def test_names_that_are_no_text(tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9.toml"
    with open(name, "wb") as file:
        file.write((HEAD + '[healing]\ndays = "2 days"\ncells = 20\n').encode())
    for arguments in ([b"check", name, b"--json"], [b"check", name], [b"check", name, b"--set", b"title=\xff"]):
        done = subprocess.run([os.fsencode(PERCUTA), *arguments], capture_output=True, timeout=60)
        assert done.returncode in (0, 3), done.stderr
        done.stderr.decode(), done.stdout.decode()  # what is printed is text
    assert done.returncode == 3 and b"not valid UTF-8" in done.stderr


def test_check_reads_the_comparison_and_forecasts_all_of_it(percuta, case):
    base = 'skin.base = "cheek"\nskin.tension = "7.5 kPa"\n[device]\nbase = "mf8-1.5mm"\n'  # no table knows it
    one = json.loads(percuta("check", case(base), "--json").out)
    tensions = json.loads(percuta("check", case(base + '[compare]\nkey = "skin.tension"\nvalues = ["8 kPa", "9 kPa", "10 kPa"]\n'), "--json").out)
    assert tensions["seconds"] == pytest.approx(3 * one["seconds"], rel=0.05)  # three cells
    loads = json.loads(percuta("check", case(base + '[compare]\nkey = "protocol.load"\nvalues = ["1 N", "2 N", "5 N"]\n'), "--json").out)
    assert one["seconds"] < loads["seconds"] < 3 * one["seconds"]  # one cell serves all
    wrong = percuta("check", case(base + '[compare]\nkey = "protocol.load"\nvalues = ["1 N", "2 mm"]\n'))
    assert wrong.code == 3 and "protocol.load is a force" in wrong.err


def test_check_says_when_skin_is_slow(percuta, case):
    base = '[skin]\nbase = "cheek"\n[device]\nbase = "mf8-1.5mm"\n'
    quick = json.loads(percuta("check", case(base), "--json").out)
    slow = json.loads(percuta("check", case(base), "--json", "--set", "skin.layers.stratum_corneum.law=neo-hookean").out)
    assert slow["seconds"] > 5 * quick["seconds"]
    assert any("stratum corneum stiffens little" in w for w in slow["warnings"])


def test_keys_that_the_level_ignores_are_named(percuta, case):
    run = percuta("check", case('[skin]\nbase = "cheek"\nlanger_angle = "30 deg"\n[device]\nbase = "mf8-1.5mm"\n'))
    assert "skin.langer_angle has no effect here: the solid level alone reads it" in run.out
    assert "the solid level alone" in percuta("explain", "skin.langer_angle").out


def test_advice_that_helps(percuta, case):
    """Cells that walk up a gradient and do not spread end below zero whatever the tolerance."""
    text = SMALL + '[healing.parameters]\nfibroblast_diffusivity = "0 mm^2/day"\ngrowth_diffusivity = "0 mm^2/day"\nchemotaxis = "1 mm^2/day"\n'
    run = percuta("run", case(text))
    assert run.code == 4 and "chemotaxis outruns" in run.err and "relative_tolerance" not in run.err, run.err
