"""Every source that data, code or theory cites is in data/references.bib."""

import re

import pytest

from conftest import SOURCE

# Keys are names with a year or, of pages without one, a name alone; a source in data and records begins with one or says in words
# what it is.
CITING = sorted(path for folder, endings in (("data", (".toml", ".csv")), ("lib", (".cc", ".h", ".md")), ("include", (".h",)))
                for path in (SOURCE / folder).rglob("*") if path.suffix in endings)
KEY = re.compile(r"\b[a-z]{2,}(?:19|20)\d\d\b")


@pytest.fixture(scope="module")
def references():
    return set(re.findall(r"^@\w+\{(\w+),", (SOURCE / "data/references.bib").read_text(encoding="utf-8"), re.M))


def test_keys_are_found_where_they_are_known_to_be():
    cited = {path.relative_to(SOURCE).as_posix(): set(KEY.findall(path.read_text(encoding="utf-8"))) for path in CITING}
    assert "flynn2013" in cited["lib/skin/record.cc"] and "wu2006" in cited["data/materials/human.toml"] and "flynn2011" in cited["data/skins/cheek.toml"]


def test_every_cited_source_has_its_entry(references):
    missing = {f"{key} in {path.relative_to(SOURCE)}" for path in CITING for key in KEY.findall(path.read_text(encoding="utf-8")) if key not in references}
    assert not missing


def test_no_numbered_tags_are_left():
    left = {f"{tag} in {path.relative_to(SOURCE)}" for path in CITING for tag in re.findall(r'(?<![\w.])S\d+\b', path.read_text(encoding="utf-8"))}
    assert not left


def test_entries_are_sorted_and_say_where_they_are_found(references):
    text = (SOURCE / "data/references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{(\w+),", text, re.M)
    assert keys == sorted(keys) and len(keys) == len(references) > 30
    for entry in text.split("\n@")[1:]:
        assert "author = {" in entry and ("doi = {" in entry or "journal = {" in entry or "note = {" in entry), entry
