"""What the house holds of its text: words where they belong, short functions, cards without figures, comments that end in a unit."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
COLUMNS, LONGEST, CARD = 100, 60, 60


def sources(*roots, suffixes=(".h", ".cc")):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *roots], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split() if name.endswith(suffixes) and (ROOT / name).exists()]


def lines_with(pattern, *roots, suffixes=(".h", ".cc"), but=None):
    found = []
    for file in sources(*roots, suffixes=suffixes):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if re.search(pattern, line) and not (but and re.search(but, line)):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
    return found


def test_flags_are_spoken_of_by_the_command_alone():
    # The head of a table says with which command it is made again.
    assert lines_with(r'"[^"]*(^|[ "(`])--[a-z]', "lib", "include", but="Remake with") == []


@pytest.mark.parametrize("card", sorted((ROOT / "lib").glob("*/README.md")), ids=lambda card: card.parent.name)
def test_theory_cards_are_short_and_hold_no_measured_figure(card):
    text = card.read_text()
    assert len(text.splitlines()) <= CARD
    assert re.findall(r"[0-9][0-9.]* ?(?:mN|µm|um)\b", text) == []


def test_help_holds_no_measured_figure():
    assert lines_with(r'"[^"]*[0-9][0-9.]* ?(mN|µm|um)\b', "apps/percuta/main.cc") == []


def test_cards_cite_keys_of_the_bibliography():
    keys = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "data/references.bib").read_text(), re.M))
    for card in (ROOT / "lib").glob("*/README.md"):
        for key in re.findall(r"\b[a-z]+(?:19|20)[0-9]{2}\b", card.read_text()):
            assert key in keys, f"{card}: {key}"


def test_members_of_public_structs_end_in_their_unit():
    members, without = 0, []
    for file in sources("include"):
        # A declaration or its comment may go over more than one line.
        text = re.sub(r"\n\s+///<", "", file.read_text())
        for member in re.finditer(r"^  (?:double|std::vector<double>)\s+\w[^();{}/]*(?:\{[^()/]*\}|= [^;/]*)?;\s*///<(.*)$", text, re.M):
            members += 1
            if not re.search(r"\[[^\]]+\]$", member[1].strip()):
                without.append(f"{file.relative_to(ROOT)}: {member[0].strip()}")
    assert members > 150
    assert without == []


def functions(file):
    """Name and length of each function that begins in the first column."""
    lines, start = file.read_text().splitlines(), None
    for number, line in enumerate(lines):
        opens = line.endswith("{") and "(" in "".join(lines[max(0, number - 8) : number + 1])
        if start is None and opens and re.match(r"^(\w|\s{4,}\S|.*\) .*\{$)", line):
            head = number
            while head > 0 and lines[head - 1] and not re.match(r"^(\}|//|#|namespace|template|\s*$)", lines[head - 1]) and not lines[head - 1].endswith((";", "{")):
                head -= 1
            text = " ".join(lines[head : number + 1])
            if not re.match(r"^(namespace|struct|class|enum|union|extern|using)\b|^\s", text) and "(" in text:
                start = head, re.split(r"\(", text)[0].split()[-1]
        if start is not None and line == "}":
            yield start[1], number - start[0] + 1
            start = None


def test_long_functions_are_known_with_their_reason():
    known = {}
    for line in (ROOT / "tests/house/long_functions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            place, reason = line.split(maxsplit=1)
            known[place] = reason
    found = set()
    for file in sources("lib", "apps", "bindings"):
        found |= {f"{file.relative_to(ROOT)}:{name}" for name, length in functions(file) if length > LONGEST}
    assert len(found) > 5  # the search works
    assert found - known.keys() == set(), "split them, or say why not in tests/house/long_functions.txt"
    assert known.keys() - found == set(), "no longer long: take them out of the list"


def test_lines_are_no_longer_than_a_hundred_columns():
    # Raw texts of pages, whose lines are theirs.
    pages = {ROOT / "lib/report/page.cc", ROOT / "lib/report/insertion_report.cc"}
    for file in sources("lib", "include", "apps", "bindings", "tests", "benchmarks"):
        text = re.sub(r'R"(\w*)\(.*?\)\1"', "", file.read_text(), flags=re.S) if file in pages else file.read_text()
        assert [line for line in text.splitlines() if len(line) > COLUMNS] == [], file


def test_strong_evidence_in_data_cites_the_bibliography():
    keys = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "data/references.bib").read_text(), re.M))
    strong = [line for file in sorted((ROOT / "data").glob("*/*.toml")) for line in file.read_text().splitlines() if 'evidence = "S"' in line]
    assert len(strong) > 20
    for line in strong:
        source = re.search(r'source = "([^"]*)"', line)
        assert source and keys & set(re.findall(r"\w+", source[1])), line


def test_paths_in_cards_and_comments_exist():
    for file in sources("lib", "include", suffixes=(".h", ".cc", "README.md")) + [ROOT / "README.md"]:
        for path in re.findall(r"\b(?:lib|tests|include|data|apps)/[\w./-]+\.(?:cc|h|py|csv|toml|md)\b", file.read_text()):
            assert (ROOT / path).exists() or "x_model" in path, f"{file.relative_to(ROOT)}: {path}"


def test_no_two_headers_define_one_name():
    # Two structs of one name in one namespace share their inline functions when a program is linked, without a word.
    where = {}
    for file in sources("include", "lib", suffixes=(".h",)):
        text = file.read_text()
        space = re.search(r"^namespace ([\w:]+) \{", text, re.M)
        for name in re.findall(r"^(?:struct|class) (\w+)(?: final)?(?: : [^{;]*)? \{", text, re.M):
            where.setdefault((space[1] if space else "", name), []).append(str(file.relative_to(ROOT)))
    assert len(where) > 100
    assert {k: v for k, v in where.items() if len(v) > 1} == {}
