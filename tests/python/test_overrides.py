"""Overrides and choices: Python values in, what the case file would say out."""

import numpy as np
import pytest

import percuta
from conftest import SOURCE

CASE = SOURCE / "data/cases/cheek-medical-roller.toml"
QUICK = {"protocol.passes_per_direction": 1, "healing.days": "30 days", "healing.cells": 40, "device.needle.length": "1.0 mm"}


def summary(overrides):
    """Summary of a quick run with overrides."""
    return percuta.run(CASE, {**QUICK, **overrides}).summary


@pytest.fixture(scope="module")
def plain():
    return percuta.run(CASE, QUICK).summary


def test_nested_dictionaries_mean_the_same_as_dotted_keys(plain):
    nested = {"protocol": {"passes_per_direction": 1}, "healing": {"days": "30 days", "cells": 40}, "device": {"needle": {"length": "1.0 mm"}}}
    assert percuta.run(CASE, nested).summary == plain
    assert percuta.run(CASE, {"protocol": {}, "healing.days": "30 days", "healing": {"cells": 40}, "device.needle": {"length": "1.0 mm"},
                              "protocol.passes_per_direction": 1}).summary == plain


def test_lists_become_lists(plain):
    one = summary({"protocol.directions": ["vertical"]})
    assert one["channels"]["count"]["value"] < 0.5 * plain["channels"]["count"]["value"]  # one direction of four
    assert summary({"protocol": {"directions": ("vertical",)}}) == one
    assert summary({"protocol.directions": '["vertical"]'}) == one  # as on the command line


def test_numbers_of_numpy_and_truth_values_are_written_as_toml(plain):
    assert summary({"healing.cells": np.int64(40), "protocol.passes_per_direction": np.float64(1.0)}) == plain
    with pytest.raises(percuta.InputError, match="title=true"):
        percuta.run(CASE, {"title": True})
    with pytest.raises(percuta.InputError, match="title=1e-05"):
        percuta.run(CASE, {"title": np.float64(1e-5)})


@pytest.mark.parametrize("text", ('say "so"', "back\\slash", "two\nlines", "tab\tbell\a", "ümlaut µ", "\x7f", "]", "# no remark", "'"))
def test_texts_in_lists_are_escaped(text):
    with pytest.raises(percuta.InputError) as caught:
        percuta.run(CASE, {"protocol.directions": ["vertical", text]})
    assert "is not a list" not in str(caught.value) and "directions" in str(caught.value)


def test_texts_stay_as_they_are():
    for text in ("Mine, as written", "#1", "a = b", 'half "quoted"'):
        assert summary({"title": text})["percuta"]["case"] == text


@pytest.mark.parametrize("value", (None, object(), b"bytes", {1, 2}, 1j, ["a", None], [{"a": None}], {"length": None}, lambda: None))
def test_values_that_cannot_be_written_are_type_errors_that_name_the_key(value):
    with pytest.raises(TypeError, match=r"device\.needle(\.length)?: "):
        percuta.run(CASE, {"device": {"needle": value}})
    with pytest.raises(TypeError, match=r"device\.needle(\.length)?: "):
        percuta.insert(CASE, {"device.needle": value})


def test_a_list_of_records_in_the_place_of_a_table_is_told_so():
    with pytest.raises(percuta.InputError, match=r"device\.needle is a table, and no value"):
        percuta.run(CASE, {"device": {"needle": [{"a": 1}]}})


def test_overrides_that_are_no_dictionary_and_keys_that_are_no_text():
    with pytest.raises(TypeError, match="overrides: a dictionary"):
        percuta.run(CASE, ["device.needle.length"])
    with pytest.raises(TypeError, match="device: .*7"):
        percuta.run(CASE, {"device": {7: "1 mm"}})


def test_choices_of_the_wrong_kind_are_errors_that_name_them():
    with pytest.raises(percuta.InputError, match="insertion.displacement needs a unit"):
        percuta.insert(CASE, displacement=0.2)
    with pytest.raises(percuta.InputError, match="insertion.frames must be a number"):
        percuta.insert(CASE, frames="many")
    with pytest.raises(TypeError, match="frames: .*None"):
        percuta.insert(CASE, frames=None)
    with pytest.raises(ValueError, match="threads: .*65"):
        percuta.insert(CASE, threads=65)
    with pytest.raises(TypeError, match="no choice 'displacment'; did you mean 'displacement'"):
        percuta.insert(CASE, displacment="0.2 mm")
    with pytest.raises(TypeError, match="__class__"):
        percuta.insert(CASE, __class__=3)


def test_lists_of_records_become_lists_of_tables():
    from percuta._overrides import flattened

    key = "skin.layers.papillary_dermis.relaxation"
    assert flattened({key: [{"share": 0.2, "time": "1 s"}]}) == [(key, '[{ share = 0.2, time = "1 s" }]')]
