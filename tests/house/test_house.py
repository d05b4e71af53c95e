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
        for number, line in enumerate(file.read_text().splitlines(), 1):
            member = re.match(r"^  (?:double|std::vector<double>)\s+\w[^()]*;\s*///<(.*)$", line)
            if not member:
                continue
            members += 1
            if not re.search(r"\[[^\]]+\]$", member[1].strip()):
                without.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()}")
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
    long = [line for line in lines_with(r"^.{%d,}$" % (COLUMNS + 1), "lib", "include", "apps", "bindings", "tests", "benchmarks") if "R\"" not in line]
    # What cannot be broken: raw texts of pages and files inside a source.
    assert [line for line in long if not re.search(r"(html|toml|svg|<[a-z]+|const \w+ =|//)", line)] == []
