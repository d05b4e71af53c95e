"""Errors of the library as Python exceptions, and the help that says which."""

import builtins
import os
import pickle
import pydoc
import re
import subprocess
import sys

import pytest

import percuta
from conftest import SOURCE

CASES = SOURCE / "data/cases"


def python(script, **environment):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, **environment})


def test_unknown_kind_of_entry_is_a_value_error_that_names_the_kinds():
    with pytest.raises(ValueError, match="skins.*devices.*materials.*cases") as caught:
        percuta.entries("skin")
    assert '"skin"' in str(caught.value)
    assert set(percuta.entries("devices")) >= {"mf8-1.0mm", "mf8-1.5mm"}


@pytest.mark.parametrize("call", ("percuta.entries('skins')", "percuta.data_folder()", f"percuta.run({str(CASES / 'cheek-medical-roller.toml')!r})"))
def test_data_folder_that_is_none_is_an_os_error(call, tmp_path):
    done = python(f"import percuta\ntry: {call}\nexcept OSError as e: print(type(e).__name__, e)", PERCUTA_DATA=str(tmp_path / "none"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("OSError") and "PERCUTA_DATA" in done.stdout and str(tmp_path / "none") in done.stdout


def test_each_kind_of_error_has_its_exception(tmp_path):
    assert issubclass(percuta.InputError, ValueError) and issubclass(percuta.Error, RuntimeError)
    with pytest.raises(percuta.InputError, match="out of range"):
        percuta.run(CASES / "cheek-medical-roller.toml", {"device.needle.length": "50 mm"})
    with pytest.raises(percuta.InputError, match="did you mean"):
        percuta.explain("device.needle.lenght")
    with pytest.raises(ValueError) as usage:
        percuta.insert(CASES / "single-needle.toml", threads=-1)
    assert type(usage.value) is ValueError
    (tmp_path / "file").write_text("")
    result = percuta.insert(CASES / "single-needle.toml", displacement="0.05 mm", frames=0)
    with pytest.raises(OSError):
        result.save(tmp_path / "file/below")
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(OSError, match="summary.json"):
        percuta.load(tmp_path)


def test_exceptions_are_those_of_the_package_and_pickle():
    for kind in (percuta.Error, percuta.InputError):
        assert kind.__module__ == "percuta" and kind.__doc__ and "Error" in kind.__name__
        again = pickle.loads(pickle.dumps(kind("text")))
        assert type(again) is kind and str(again) == "text"


def test_help_fits_two_screens_and_maps_everything():
    text = pydoc.plain(pydoc.render_doc(percuta))
    lines = text.splitlines()
    assert len(lines) < 100
    for name in (*percuta._PUBLIC, *percuta._MODULES):
        assert re.search(rf"\b{name}\b", percuta.__doc__), name
    for word in ("overrides", "KeyboardInterrupt", "InputError", "percuta.Array", "percuta.Error", "unit"):
        assert word.lower() in text.lower(), word
    assert "PyCapsule" not in text and "incompatible" not in text and max(map(len, lines)) < 160


@pytest.mark.parametrize("name", percuta._PUBLIC)
def test_every_docstring_stands_alone(name):
    item = getattr(percuta, name)
    assert len(item.__doc__) > 40, name
    raised = set(re.findall(r"\b([A-Z]\w*Error)\b", item.__doc__)) - {"Error"}
    for kind in raised:  # what a docstring names can be caught
        assert issubclass(getattr(percuta, kind, None) or getattr(builtins, kind), Exception), kind


def test_choices_of_an_insertion_are_all_described():
    from percuta import _percuta

    for choice in _percuta.insertion_keys():
        assert re.search(rf"\b{choice}\b", percuta.insert.__doc__), choice
