"""Results: copies and pickles that keep what they are, and paths that are wrong."""

import copy
import pickle

import numpy as np
import pytest

import percuta
from conftest import SOURCE


@pytest.fixture(scope="module")
def result():
    return percuta.insert(SOURCE / "data/cases/single-needle.toml", displacement="0.05 mm", frames=0)


def test_pickled_result_keeps_summary_and_arrays(result):
    again = pickle.loads(pickle.dumps(result))
    assert again.summary == result.summary and again.warnings == result.warnings and repr(again) == repr(result)
    assert list(again.arrays) == list(result.arrays)
    for path, array in result.arrays.items():
        np.testing.assert_array_equal(again[path], array)
        assert (again[path].unit, again[path].long_name) == (array.unit, array.long_name), path


def test_only_the_result_of_a_run_writes_files(result, tmp_path):
    result.save(tmp_path / "out")
    for other in (pickle.loads(pickle.dumps(result)), percuta.load(tmp_path / "out")):
        with pytest.raises(percuta.Error, match="loaded or unpickled.*only the result of a run"):
            other.save(tmp_path / "again")
    assert not (tmp_path / "again").exists()
    copy.copy(result).save(tmp_path / "copied")
    copy.deepcopy(result).save(tmp_path / "copied deeply")
    assert (tmp_path / "copied deeply/results.h5").exists()


def test_wrong_path_of_an_array_names_the_nearest(result):
    with pytest.raises(KeyError, match=r"no array '/insertion/forse'; did you mean '/insertion/force'.*\.arrays"):
        result["/insertion/forse"]
    with pytest.raises(KeyError, match="'/insertion/force'"):
        result["insertion/force"]
    with pytest.raises(KeyError, match="'/insertion/force'"):
        result["force"]
    with pytest.raises(KeyError, match=r"no array 7.*\.arrays"):
        result[7]
    assert "/insertion/force" in result.arrays and "/insertion/force" in result and "/insertion/forse" not in result
