"""Bad input: one clear error with file, key, value, what is allowed; the right exit code; nothing half-written."""

import os

import pytest

from conftest import CASES, SMALL

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
    "level": (HEAD + 'level = "solid"\n', ['level is unknown: "solid"', "energy"]),
    "runaway inflammation": (HEAD + "[healing.parameters]\nalarm_from_macrophages = 5\n", ["loop gain", "below 1"]),
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
