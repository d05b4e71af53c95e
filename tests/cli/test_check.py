"""What speaks against a treatment: said by check, repeated by run and roll, a stop where it weighs most."""

import json

import pytest

from conftest import CASES, SMALL

PERSON = SMALL.replace("[protocol]", """[person]
age = "19 years"
fitzpatrick = "V"
conditions = ["isotretinoin 3 months ago", "filler 7 months ago", "diabetes"]
[protocol]
shared = true""")
SOURCES = {"skinpenlabel", "needlingcliniclists", "rollervendor"}


def test_check_says_what_speaks_against_it_and_why(percuta, case):
    run = percuta("check", case(PERSON))
    assert run.code == 0 and "nothing was run" in run.out
    safety = [line for line in run.out.partition("person and protocol:")[2].splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in safety[:6]] == ["BLOCK", "BLOCK", "WARN", "WARN", "WARN", "INFO"]
    assert 'person.conditions has "isotretinoin 3 months ago"' in run.out and "rule isotretinoin; skinpenlabel" in run.out
    assert "filler" not in run.out  # more than six months ago
    assert "`percuta run` stops here" in run.out and "warning: care" not in run.out  # said once
    found = json.loads(percuta("check", case(PERSON), "--json").out)["safety"]
    assert {f["rule"]: f["level"] for f in found} == {"isotretinoin": "BLOCK", "shared_device": "BLOCK", "diabetes": "WARN", "dark_skin": "WARN",
                                                      "age_under_22": "WARN", "usual_reactions": "INFO"}
    assert {"needlingcliniclists", "rollervendor"} <= {f["source"] for f in found}
    assert all(f["message"] and f["evidence"] and f["because"].startswith(f["key"]) for f in found)


def test_a_block_stops_run_and_not_roll(percuta, case, tmp_path):
    stopped = percuta("run", case(PERSON), "-o", tmp_path / "out")
    assert stopped.code == 3 and not (tmp_path / "out").exists()
    for words in ("case.toml:", "advised against: protocol.shared = true", 'protocol.override = ["shared_device"]', 'protocol.override = ["isotretinoin"]'):
        assert words in stopped.err
    assert percuta("claims", case(PERSON)).code == 3
    rolled = percuta("roll", case(PERSON), "--json")
    assert rolled.code == 0 and json.loads(rolled.out)["safety"]["advised_against"] == 2
    assert any("advised against: protocol.shared = true" in w for w in json.loads(rolled.out)["warnings"])


def test_what_is_overridden_by_name_is_shown(percuta, case, tmp_path):
    over = ("--set", 'protocol.override=["shared_device", "isotretinoin", "psoriasis"]')
    run = percuta("run", case(PERSON), *over, "-o", tmp_path / "out")
    assert run.code == 0, run.err
    summary, page = json.loads((tmp_path / "out/summary.json").read_text()), (tmp_path / "out/report.html").read_text()
    assert summary["safety"]["rules"].startswith("isotretinoin, shared_device, ")
    assert any("the rule psoriasis does not apply" in w for w in summary["warnings"])
    assert page.count("Overridden by protocol.override.") == 2 and "Person and protocol" in page
    assert {s["tag"] for s in summary["sources"]} >= SOURCES
    again = percuta("rerun", tmp_path / "out/results.h5", "-o", tmp_path / "again")
    assert again.code == 0 and json.loads((tmp_path / "again/summary.json").read_text())["safety"] == summary["safety"]


def test_a_plan_is_the_sessions(percuta, case, tmp_path):
    days = ("--set", "healing.days=80 days")
    planned = percuta("run", case(SMALL), *days, "--set", 'protocol.plan=["0 days", "30 days", "70 days"]', "-o", tmp_path / "out")
    assert planned.code == 0, planned.err
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert summary["protocol"]["session_time"] == [0.0, 30 * 86400.0, 70 * 86400.0]
    assert percuta("rerun", tmp_path / "out/results.h5", "-o", tmp_path / "again").code == 0
    even = percuta("run", case(SMALL), *days, "--set", 'protocol.plan=["0 days", "28 days"]', "--json")
    counted = percuta("run", case(SMALL), *days, "--set", "protocol.sessions=2", "--set", "protocol.interval=28 days", "--json")
    assert json.loads(even.out)["healing"] == json.loads(counted.out)["healing"]
    assert "on days 0, 30, 70" in percuta("check", case(SMALL), *days, "--set", 'protocol.plan=["0 days", "30 days", "70 days"]').out


def test_every_case_of_the_catalogue_may_run(percuta):
    for path in sorted(CASES.glob("*.toml")):
        assert "BLOCK" not in percuta("check", path).out, path


@pytest.mark.parametrize("key, value, words", [
    ("person.conditions", '["isotretionin"]', 'did you mean "isotretinoin"?'),
    ("person.conditions", '["filler", "filler 3 days ago"]', 'has "filler" twice'),
    ("person.conditions", '["psoriasis 3 days ago"]', "no rule asks when psoriasis ended"),
    ("person.conditions", '["filler lately"]', 'write for example "isotretinoin 3 months ago"'),
    ("person.age", "34", "needs a unit"),
    ("person.fitzpatrick", "VII", "one of unknown, I, II"),
    ("protocol.override", '["shared_devise"]', 'did you mean "shared_device"?'),
    ("protocol.plan", '["0 days", "-3 days"]', "protocol.plan is out of range: -3 days"),
    ("protocol.plan", '["2 days", "30 days"]', "days count from the first session"),
    ("protocol.plan", '["0 days", "20 days", "10 days"]', "has a session on day 10 after one on day 20"),
    ("protocol.vitamin_c", "-3 days", "protocol.vitamin_c is out of range"),
])
def test_bad_input_is_said(percuta, case, key, value, words):
    run = percuta("check", case(SMALL), "--set", f"{key}={value}")
    assert run.code == 3 and key in run.err and words in run.err


def test_rules_are_listed(percuta):
    rules = json.loads(percuta("list", "rules", "--json").out)
    assert len(rules) > 45 and {r["level"] for r in rules} == {"BLOCK", "WARN", "INFO"}
    assert "isotretinoin" in percuta("explain", "person.conditions").out
