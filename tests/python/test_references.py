"""Every source that data, code or theory cites is in data/references.toml."""

import re
import tomllib

import pytest

from conftest import SOURCE

# A tag stands alone: the S of a DOI (CCID.S409310) or of a law's name does not count.
TAG = re.compile(r"(?<![\w.])S\d+\b")
CITING = sorted(path for folder, endings in (("data", (".toml", ".md", ".csv")), ("lib", (".cc", ".h", ".md")), ("include", (".h",)))
                for path in (SOURCE / folder).rglob("*") if path.suffix in endings and path.name != "references.toml")


@pytest.fixture(scope="module")
def references():
    return tomllib.loads((SOURCE / "data/references.toml").read_text(encoding="utf-8"))


def test_tags_are_found_where_they_are_known_to_be():
    cited = {path.relative_to(SOURCE).as_posix(): set(TAG.findall(path.read_text(encoding="utf-8"))) for path in CITING}
    assert "S26" in cited["lib/skin/record.cc"] and "S50" in cited["data/materials/human.toml"] and "S25" in cited["data/skins/cheek.toml"]
    assert not TAG.findall("doi 10.2147/CCID.S409310") and TAG.findall('"S60, a needle"; S61') == ["S60", "S61"]


def test_every_cited_source_has_its_citation(references):
    missing = {f"{tag} in {path.relative_to(SOURCE)}" for path in CITING for tag in TAG.findall(path.read_text(encoding="utf-8")) if tag not in references}
    assert not missing


def test_citations_are_texts_under_tags_in_order(references):
    for tag, citation in references.items():
        assert re.fullmatch(r"S\d+", tag) and len(citation) > 15, tag
    numbers = [int(tag[1:]) for tag in references]
    assert numbers == sorted(numbers)
