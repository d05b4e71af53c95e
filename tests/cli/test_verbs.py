import json
import pathlib
import subprocess

import h5py
import pytest
import xarray

from conftest import CASES, PERCUTA, SMALL, SOURCE, stopped


def test_run_writes_every_file_of_the_result(percuta, case, tmp_path):
    run = percuta("run", case(SMALL), "-o", tmp_path / "out")
    assert run.code == 0, run.err
    assert "channels per cm²" in run.out and "whole dermis" in run.out
    out = tmp_path / "out"
    names = {p.name for p in out.iterdir()}
    assert names == {"summary.json", "results.h5", "fields", "report.html"}
    summary = json.loads((out / "summary.json").read_text())
    assert summary["insertion"]["pierced_depth"]["unit"] == "m"
    assert 0 < summary["insertion"]["pierced_depth"]["value"] < 1e-3
    assert summary["channels"]["density"]["sd"] > 0
    assert summary["healing"]["days"] == [5, 28]
    assert summary["sources"]
    assert (out / "fields/healing.pvd").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_result_file_opens_labelled_in_h5py_and_xarray(percuta, case, tmp_path):
    assert percuta("run", case(SMALL), "-o", tmp_path / "out").code == 0
    bare = []
    with h5py.File(tmp_path / "out/results.h5") as file:
        assert set(file) >= {"input", "insertion", "channels", "healing", "provenance"}
        force = file["insertion/force"]
        assert force.attrs["units"] == "N" and "force" in force.attrs["long_name"]
        assert force.dims[0][0].name == "/insertion/displacement"
        assert file["provenance"].attrs["type"] == "percuta result"
        assert file["input"].attrs["device.needle.length [m]"] == pytest.approx(1e-3)
        for group in ("insertion", "channels", "healing"):
            file[group].visititems(lambda name, item: bare.append(name)
                                   if isinstance(item, h5py.Dataset) and not {"units", "long_name"} <= set(item.attrs) else None)
        assert not bare
    healing = xarray.open_dataset(tmp_path / "out/results.h5", group="healing", engine="h5netcdf", phony_dims="sort", decode_times=False)
    assert healing["collagen"].dims == ("time",)
    assert healing["collagen_profile"].dims == ("profile_time", "radius")
    assert healing["collagen"].attrs["units"] == "1"


def test_the_answer_comes_first_and_every_figure_on_demand(percuta, case):
    path = case(SMALL)
    short, quiet, long = (percuta("run", path, *flags) for flags in ((), ("-q",), ("--all",)))
    assert quiet.out == short.out == long.out and quiet.err == ""
    assert len(short.err.splitlines()) < 25 and "--all" in short.err
    assert "variance over mean" in long.err and "[gupta2011]" in long.err and "variance over mean" not in short.err


def test_an_example_is_read_by_its_name(percuta, tmp_path):
    (tmp_path / "home-roller-forearm").mkdir()  # a result of that name is no case
    by_name = percuta("check", "home-roller-forearm", "--json", cwd=tmp_path)
    assert by_name.code == 0 and by_name.out == percuta("check", CASES / "home-roller-forearm.toml", "--json", cwd=tmp_path).out
    wrong = percuta("check", "no-such-example", cwd=tmp_path)
    assert wrong.code == 3 and "percuta list cases" in wrong.err


def test_cases_are_compared_with_one_another(percuta, case, tmp_path):
    one, other = case(SMALL, "one.toml"), case(SMALL.replace("1.0mm", "0.5mm"), "other.toml")
    run = percuta("compare", one, other, "--vary", "seed=1,2", "-o", tmp_path / "out", "-q")
    assert run.code == 0, run.err
    rows = json.loads((tmp_path / "out/comparison.json").read_text())["rows"]
    assert [row["value"] for row in rows] == ["one, 1", "one, 2", "other, 1", "other, 2"]
    assert rows[3]["values"] == {"case": str(other), "seed": "2"}
    alone = json.loads(percuta("run", other, "--set", "seed=2", "--json").out)
    assert rows[3]["summary"]["insertion"] == alone["insertion"] and rows[3]["summary"]["channels"] == alone["channels"]
    twice = percuta("compare", one, one)
    assert twice.code == 3 and "compared with itself" in twice.err
    missing = percuta("compare", one, tmp_path / "none.toml")
    assert missing.code == 3 and "none.toml: cannot be read" in missing.err


def test_a_day_of_healing_has_its_field(percuta, case, tmp_path):
    run = percuta("run", case(SMALL.replace("30 days", "1 days")), "-o", tmp_path / "out", "-q")
    assert run.code == 0, run.err
    assert 'timestep="1"' in (tmp_path / "out/fields/healing.pvd").read_text() and (tmp_path / "out/fields/healing-day-1.vtu").exists()
    healing = json.loads((tmp_path / "out/summary.json").read_text())["healing"]
    assert healing["days"] == [] and healing["last_day"]["days"] == [1]


def test_channels_are_columns_that_share_an_axis(percuta, case, tmp_path):
    assert percuta("run", case(SMALL), "-o", tmp_path / "out", "-q").code == 0
    for group in ("channels", "landings"):
        data = xarray.open_dataset(tmp_path / "out/results.h5", group=group, engine="h5netcdf", decode_times=False)
        assert data["position"].dims == ("number", "xy") and data["direction"].dims == ("number",)
        assert "direction" not in data.coords


def test_same_seed_gives_the_same_summary_and_another_seed_other_channels(percuta, case):
    path = case(SMALL)
    first, second = percuta("run", path, "--json"), percuta("run", path, "--json")
    assert first.out == second.out
    other = json.loads(percuta("run", path, "--json", "--set", "seed=2").out)
    assert other["channels"]["count"] != json.loads(first.out)["channels"]["count"] or other["channels"]["nearest_neighbour"] != json.loads(first.out)["channels"]["nearest_neighbour"]


def test_a_value_set_is_the_same_in_quotes_and_without(percuta, case):
    path = case(SMALL)
    for value in ("0.8 mm", '"0.8 mm"'):
        check = percuta("check", path, "--set", f"device.needle.length={value}")
        assert check.code == 0 and "needles of 0.8 mm" in check.out
    wrong = percuta("check", path, "--set", 'device.needle.length="9 mm"')
    assert wrong.code == 3 and "out of range: 9 mm" in wrong.err


def test_compare_keeps_failed_rows_with_their_reason(percuta, case, tmp_path):
    path = case(SMALL.replace('device.base = "mf8-1.0mm"', 'device = "mf8-1.0mm"') + '[compare]\nkey = "device.needle.length"\nvalues = ["0.3 mm", "1.0 mm", "9 mm"]\n')
    run = percuta("compare", path, "-o", tmp_path / "out")
    assert run.code == 0 and "warning: 1 of 3 rows failed" in run.err, run.err
    first = percuta("compare", path, "--fail-fast", "--vary", "device.needle.length=1.0 mm,9 mm,0.3 mm", "-o", tmp_path / "first")
    assert first.code == 3 and "9 mm" in first.err
    kept = json.loads((tmp_path / "first/comparison.json").read_text())["rows"]
    assert "summary" in kept[0] and "out of range" in kept[1]["failure"] and "interrupted" in kept[2]["failure"]
    rows = json.loads((tmp_path / "out/comparison.json").read_text())["rows"]
    assert [r["value"] for r in rows] == ["0.3 mm", "1.0 mm", "9 mm"]
    assert "out of range" in rows[2]["failure"]
    assert "out of range: 9 mm" in (tmp_path / "out/report.html").read_text()
    assert "d 30, %" in run.err and "d 180" not in run.err
    assert (tmp_path / "out/1.0_mm/results.h5").exists()


def test_several_keys_are_varied_together(percuta, case):
    path = case(SMALL)
    run = percuta("compare", path, "--vary", "device.needle.length=0.5 mm,1.0 mm", "--vary", "protocol.load=1 N, 5 N", "--json")
    assert run.code == 0, run.err
    found = json.loads(run.out)
    assert found["key"] == "device.needle.length, protocol.load"
    assert [row["value"] for row in found["rows"]] == ["0.5 mm, 1 N", "0.5 mm, 5 N", "1.0 mm, 1 N", "1.0 mm, 5 N"]
    depth = [row["summary"]["insertion"]["pierced_depth"]["value"] for row in found["rows"]]
    assert depth[0] < depth[1] and depth[2] < depth[3] and depth[1] < depth[3]
    alone = json.loads(percuta("run", path, "--set", "device.needle.length=0.5 mm", "--set", "protocol.load=5 N", "--json").out)
    assert alone["insertion"]["pierced_depth"] == found["rows"][1]["summary"]["insertion"]["pierced_depth"]


@pytest.mark.parametrize("vary, words", [
    (["device.needle.lenght=1 mm"], 'did you mean "device.needle.length"'),
    (["protocol.load=1 N,1 N"], 'has "1 N" twice'),
    (["protocol.load"], "is no key with its values"),
    (["protocol.load=1 N", "protocol.load=2 N"], "protocol.load stands twice"),
])
def test_what_cannot_be_varied_is_said(percuta, case, vary, words):
    run = percuta("compare", case(SMALL), *(part for text in vary for part in ("--vary", text)))
    assert run.code == 3 and words in run.err


@pytest.mark.parametrize("kind", ["skins", "devices", "materials", "solutes", "healing", "models", "cases"])
def test_list_prints_every_entry(percuta, kind):
    run = percuta("list", kind)
    assert run.code == 0 and len(run.out.splitlines()) >= 1
    assert len(json.loads(percuta("list", kind, "--json").out)) == len(run.out.splitlines())


def test_check_explains_and_warns_without_running(percuta):
    run = percuta("check", CASES / "cheek-medical-roller.toml")
    assert run.code == 0
    assert "192 needles" in run.out and "MB" in run.out
    long = percuta("check", CASES / "cheek-medical-roller.toml", "--set", "device.needle.length=2.5 mm", "--set", "protocol.sessions=3", "--set", "protocol.interval=10 days")
    assert "beyond 1.5 mm safety was not evaluated" in long.out and "BLOCK protocol.interval = 10 days" in long.out
    assert percuta("check", CASES / "cheek-medical-roller.toml", "--set", "device.needle.length=2.5 mm", "--strict").code == 6


def test_every_case_of_the_catalogue_checks(percuta):
    for path in sorted(CASES.glob("*.toml")):
        assert percuta("check", path).code == 0, path


def test_schema_template_and_explain(percuta, case):
    schema = json.loads(percuta("schema").out)
    assert "needle" in schema["properties"]["device"]["anyOf"][1]["properties"]
    template = percuta("template").out
    assert percuta("check", case(template)).code == 0
    assert "0.05 mm to 3 mm" in percuta("explain", "device.needle.length").out
    wrong = percuta("explain", "device.needle.lenght")
    assert wrong.code == 3 and "did you mean device.needle.length?" in wrong.err


def test_version_names_the_libraries(percuta):
    data = json.loads(percuta("--version", "--json").out)
    assert data["deal.II"].startswith("9.") and "BLAS" in data and data["lanes"] in (1, 4, 8)
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    assert (data["lanes"] > 1) == ("avx2" in flags)


def test_quick_verbs_do_not_load_the_finite_elements(percuta):
    """`list`, `check` and `--help` must not pay for deal.II: it is not even mapped."""
    for arguments in (["--help"], ["list", "skins"], ["check", str(CASES / "cheek-medical-roller.toml")]):
        trace = subprocess.run([PERCUTA, *arguments], capture_output=True, text=True, env={"LD_DEBUG": "libs", "PATH": "/usr/bin"}, timeout=60)
        assert "libdeal" not in trace.stderr and "percuta_fem" not in trace.stderr


def test_ctrl_c_leaves_no_partial_result(case, tmp_path):
    code, err = stopped(["run", case(SMALL), "--set", "skin.layers.hypodermis.thickness=4.123 mm", "-o", tmp_path / "out"], "device cell", "SIGINT")
    assert code == 130 and "interrupted" in err
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["case.toml"]


def test_strict_refuses_what_lies_outside_the_model(percuta, case, tmp_path):
    run = percuta("run", case(SMALL), "--set", "protocol.load=0.05 N", "-o", tmp_path / "out", "--strict")
    assert run.code == 6
    assert not (tmp_path / "out").exists()


def test_calibration_data_name_their_command(percuta):
    text = (SOURCE / "data/materials/human-calibrated.toml").read_text()
    assert "percuta calibrate --write" in text


def test_validation_reports_cases_beside_their_measurements(answered):
    rows = answered("validate", "--level", "energy")
    names = " ".join(rows)
    for row in ("puncture force, tip 5 um across", "puncture force, tip 37 um across", "pierced depth after the drop", "blunt tip", "share of 1 mm travel"):
        assert row in names
    print(json.dumps(rows, indent=1))


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda p: p.stem)
def test_every_example_case_runs(percuta, path, tmp_path):
    text = path.read_text()
    verb = "compare" if "[compare]" in text else "insert" if "[insertion]" in text else "run"
    coarse = ["--set", "healing.members=8"] if verb != "insert" else []
    coarse += ["--cells-per-tip-radius", "2", "--cells-per-shank", "4", "--cells-per-fracture-zone", "1.25", "-j", "1"] if verb == "insert" else []
    run = percuta(verb, path, *coarse, "-o", tmp_path / "out")
    assert run.code == 0, run.err
    assert (tmp_path / "out/report.html").stat().st_size > 50_000


def test_law_plot_draws_each_layer_beside_published_tests(percuta, tmp_path):
    picture = tmp_path / "laws.svg"
    run = percuta("law", "plot", CASES / "single-needle.toml", "-o", picture, "--json")
    assert run.code == 0, run.err
    panels = json.loads(run.out)
    names = [s["name"] for s in panels["tension"]["series"]]
    assert "stratum corneum" in names and any("niannaidh2012" in n for n in names)
    for name in names:
        assert name in picture.read_text()
    layer = panels["tension"]["series"][0]
    stretch, stress = layer["x"][9], layer["y"][9]
    # closed form of one Ogden term, 500 kPa and 9
    assert stress == pytest.approx(2 * 500e3 / 9 * (stretch**8 - stretch**-5.5), rel=1e-9)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda p: p.stem)
def test_every_case_of_the_data_folder_is_understood(percuta, path):
    run = percuta("check", path)
    assert run.code == 0, run.err


def test_bash_completes_verbs_and_flags(percuta, tmp_path):
    script = tmp_path / "percuta.bash"
    script.write_text(percuta("completion").out)

    def completed(*words):
        text = f'source {script}; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _percuta; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True).stdout.split()

    assert {"run", "roll", "rerun"} == {w for w in completed("percuta", "r") if w.startswith("r")}
    assert "--overwrite" in completed("percuta", "run", "--ov")


def test_manual_page_names_every_verb(percuta):
    page = percuta("man").out
    assert page.startswith(".TH PERCUTA 1")
    for verb in ("run", "roll", "size", "measure", "explain"):
        assert f"\n.SS {verb}\n" in page
    assert "\\-\\-overwrite" in page
