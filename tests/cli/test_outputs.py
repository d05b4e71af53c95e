"""Every declared output stands wherever outputs stand: files, terminal, report, comparison, explain, Python."""

import html
import json

import h5py
import percuta as package
import pytest

from conftest import SMALL

EVERYTHING = SMALL.replace("[healing]", "[healing]\nsuction = true\nfurrow = true")
# What one level alone has.
OF_A_LEVEL = {
    "healing.level is patch": SMALL.replace("[healing]", '[healing]\nlevel = "patch"\npatch = "1 mm"'),
    "healing.vessels is true": SMALL.replace("[healing]", '[healing]\nlevel = "axisymmetric"\nvessels = true'),
}


@pytest.fixture(scope="module")
def declared(percuta):
    return json.loads(percuta("outputs", "--json").out)


@pytest.fixture(scope="module")
def results(percuta, tmp_path_factory):
    """The folder and the process of everything, and of what one level alone has."""
    out = {}
    for name, case in {"": EVERYTHING, **OF_A_LEVEL}.items():
        folder = tmp_path_factory.mktemp("outputs")
        (folder / "case.toml").write_text(case)
        run = percuta("run", folder / "case.toml", "--all", "-o", folder / "out")
        assert run.code == 0, run.err
        out[name] = (folder, run)
    return out


@pytest.fixture(scope="module")
def result(results):
    return results[""]


def holder(output):
    """Which of the results has an output."""
    return next((name for name in OF_A_LEVEL if name in output["where"]), "")


def single(output):
    return output["form"] not in ("series", "profile")


def at(summary, path):
    for name in path.split("."):
        summary = summary[name]
    return summary


def test_single_values_stand_in_summary_terminal_and_report(declared, results):
    read = {name: (json.loads((folder / "out/summary.json").read_text()), (folder / "out/report.html").read_text(), run)
            for name, (folder, run) in results.items()}
    assert len(declared) > 100
    for output in filter(single, declared):
        summary, report, run = read[holder(output)]
        value = at(summary, output["path"])
        if isinstance(value, dict):
            assert value["unit"] == output["unit"]
        if not output["path"].startswith(("percuta.", "cost.")):
            # The end of a band stands in brackets behind the output whose end it is.
            sentence = output["sentence"].removesuffix("; 5 % of the sets of constants lie below").removesuffix("; 95 % of the sets of constants lie below")
            assert sentence in run.err, output
            assert html.escape(sentence, quote=False) in report.replace("&#39;", "'"), output


def test_all_stand_in_the_result_file_with_unit_and_sentence(declared, results):
    conditional = ("healing.after_last_session.",)
    for name, (folder, _) in results.items():
        with h5py.File(folder / "out/results.h5") as file:
            for output in declared:
                if output["path"].startswith(conditional) or holder(output) != name:
                    continue
                dataset = file[output["dataset"]]
                assert dataset.attrs["long_name"] == output["sentence"]
                if output["form"] != "text":
                    assert dataset.attrs["units"] == (output["unit"] or "1")


def test_a_comparison_has_them(declared, percuta, result):
    folder, _ = result
    (folder / "two.toml").write_text(EVERYTHING + '\n[compare]\nkey = "protocol.load"\nvalues = ["4 N", "5 N"]\n')
    rows = json.loads(percuta("compare", folder / "two.toml", "--json").out)["rows"]
    for output in filter(single, declared):
        if holder(output) == "":
            assert all(at(row["summary"], output["path"]) is not None for row in rows), output


def test_explain_knows_each_and_its_near_misses(declared, percuta):
    for output in declared[::10]:
        said = percuta("explain", output["path"])
        assert said.code == 0 and output["sentence"] in said.out
    wrong = percuta("explain", "channels.densty")
    assert wrong.code == 3 and "channels.density" in wrong.err


def test_python_has_them(declared, results):
    read = {name: package.load(folder / "out") for name, (folder, _) in results.items()}
    for output in declared:
        loaded = read[holder(output)]
        if single(output):
            at(loaded.summary, output["path"])
        elif output["dataset"] in loaded.arrays:
            assert loaded[output["dataset"]].unit == (output["unit"] or "1")


def test_summaries_are_as_the_schema_says(percuta, result):
    folder, _ = result
    schema = json.loads(percuta("schema", "--of", "run").out)

    def check(value, rule, path):
        if "anyOf" in rule:
            rule = rule["anyOf"][0] if isinstance(value, dict) else rule["anyOf"][1]
        if "const" in rule:
            assert value == rule["const"], path
            return
        kinds = {"string": str, "boolean": bool, "integer": int, "null": type(None), "number": (int, float), "object": dict, "array": list}
        allowed = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
        assert any(isinstance(value, kinds[kind]) for kind in allowed), (path, value, rule)
        for name, inner in rule.get("properties", {}).items():
            if isinstance(value, dict) and name in value:
                check(value[name], inner, f"{path}.{name}")
        if rule.get("additionalProperties", True) is False:
            assert set(value) <= set(rule["properties"]), path

    check(json.loads((folder / "out/summary.json").read_text()), schema, "summary")


def test_cite_prints_the_entries_that_the_summary_names(percuta, result):
    folder, _ = result
    said = percuta("cite", folder / "out")
    tags = [source["tag"] for source in json.loads((folder / "out/summary.json").read_text())["sources"]]
    assert said.code == 0 and len(tags) > 5
    assert [line.split("{")[1].rstrip(",") for line in said.out.splitlines() if line.startswith("@")] == tags
    assert said.out.count("{") == said.out.count("}")
    assert percuta("cite", folder / "out/results.h5").out == said.out
    assert percuta("cite", folder / "none").code == 5
