"""The manual: everything that is declared has its place in its reference."""

import html
import json
import os
import re
import subprocess
import sys

import pytest

from conftest import PERCUTA, SOURCE


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    out = tmp_path_factory.mktemp("manual")
    done = subprocess.run([sys.executable, SOURCE / "apps/manual/build.py", PERCUTA, out], capture_output=True, text=True, timeout=300,
                          env=dict(os.environ, PERCUTA_MANUAL_NOTEBOOKS="off"))
    assert done.returncode == 0, done.stdout + done.stderr
    return {p.relative_to(out / "html").as_posix(): html.unescape(p.read_text(encoding="utf-8")) for p in (out / "html").rglob("*.html")}


def words(page):
    return set(re.findall(r"[\w.]+", re.sub(r"<[^>]*>", " ", page)))


def declared(*arguments):
    return json.loads(subprocess.run([PERCUTA, *arguments, "--json"], capture_output=True, text=True, check=True).stdout)


def test_every_key_has_its_place(pages):
    there = words(pages["reference/keys.html"])
    for key in declared("template"):
        group, _, name = key["path"].rpartition(".")
        assert key["path"] in there or ((not group or group in there) and name in there), key["path"]


@pytest.mark.parametrize("of", ("run", "insert", "deliver"))
def test_every_output_has_its_place(pages, of):
    there = words(pages["reference/outputs.html"])
    assert [o["path"] for o in declared("outputs", "--of", of) if o["path"] not in there] == []


def test_every_model_and_error_has_its_place(pages):
    for model in declared("list", "models"):
        assert f"{model['name']} ({model['family']})" in pages["reference/models.html"]
    errors = re.findall(r"(?:class|struct) (\w+) : (?:public )?Error", (SOURCE / "include/percuta/core/errors.h").read_text(encoding="utf-8"))
    assert len(errors) >= 3
    for name in errors:
        assert name in words(pages["errors.html"]) or f"core::{name}" in pages["errors.html"], name


def cases_shown():
    for page in sorted((SOURCE / "apps/manual").rglob("*.md")):
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            yield pytest.param(block, id=page.stem)


@pytest.mark.parametrize("text", list(cases_shown()))
def test_cases_that_it_shows_are_cases(percuta, case, text):
    whole = text if "skin =" in text else 'skin = "cheek"\ndevice = "mf8-1.0mm"\n' + text
    done = percuta("check", case(whole))
    assert done.code == 0, done.err


def test_links_resolve(pages):
    """Within the manual; pages elsewhere are not asked."""
    for name, page in pages.items():
        for target in re.findall(r'href="([^"#:?]+\.html)', page):
            where = os.path.normpath(os.path.join(os.path.dirname(name), target))
            assert where in pages, f"{name} links to {target}"


def test_it_asks_nothing_of_the_network(pages):
    for name, page in pages.items():
        assert not re.search(r'<(?:script|img)[^>]+src="https?:|<link[^>]+rel="stylesheet"[^>]+href="https?:', page), name
