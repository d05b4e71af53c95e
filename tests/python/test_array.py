"""Arrays: units that are right or absent."""

import copy
import pickle

import numpy as np
import pytest

import percuta


def force():
    return percuta.Array([3.0, -1.0, 2.0], "N", "force on the needle")


def travel():
    return percuta.Array([0.1, 0.2, 0.4], "m", "displacement of the tip")


@pytest.mark.parametrize("keep", (lambda f: f[1:], lambda f: f[::-1], lambda f: f[f > 0], lambda f: f.reshape(3, 1), lambda f: f.copy(),
                                  copy.copy, copy.deepcopy, lambda f: f.T, np.sort, np.ravel, np.flip, np.atleast_2d))
def test_unit_survives_what_only_picks_or_copies(keep):
    kept = keep(force())
    assert isinstance(kept, percuta.Array)
    assert (kept.unit, kept.long_name) == ("N", "force on the needle")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickled_array_keeps_values_unit_and_name(protocol):
    again = pickle.loads(pickle.dumps(force(), protocol))
    assert type(again) is percuta.Array and (again.unit, again.long_name) == ("N", "force on the needle")
    assert again.tolist() == [3.0, -1.0, 2.0]


@pytest.mark.parametrize("compute", (lambda f: f + f, lambda f: f - f[:1], lambda f: -f, lambda f: abs(f), np.abs, lambda f: 2 * f, lambda f: f * 2.5,
                                     lambda f: f / 4, lambda f: f.max(), lambda f: f.min(), lambda f: f.mean(), lambda f: f.sum(), np.max, np.min,
                                     np.mean, np.sum, np.median, np.diff, np.cumsum, np.ptp, lambda f: f.reshape(1, 3).max(axis=1),
                                     lambda f: f - f.min(), lambda f: f * np.int64(3), lambda f: np.maximum(f, f), lambda f: np.round(f, 1)))
def test_unit_is_kept_where_it_is_right(compute):
    assert compute(force()).unit == "N"


@pytest.mark.parametrize("compute", (lambda f, d: f * d, lambda f, d: f / d, lambda f, d: f + d, lambda f, d: f - d, lambda f, d: f / f, lambda f, d: f ** 2,
                                     lambda f, d: 1 / f, lambda f, d: np.sqrt(abs(f)), lambda f, d: np.exp(f), lambda f, d: f + 1.0, lambda f, d: f * f,
                                     lambda f, d: f * np.array([1.0, 2.0, 3.0]), lambda f, d: f * d[0], lambda f, d: f @ d, lambda f, d: f.dot(d), np.dot,
                                     lambda f, d: np.gradient(f, d), lambda f, d: f.argsort(), lambda f, d: np.argsort(f), lambda f, d: np.prod(f),
                                     lambda f, d: f.prod(), lambda f, d: f.var(), lambda f, d: np.var(f), lambda f, d: np.cumprod(f),
                                     lambda f, d: np.multiply.outer(f, d), np.outer, np.convolve, np.arctan2, lambda f, d: f // 2, lambda f, d: f.argmax(),
                                     lambda f, d: np.trapezoid(f, d) if hasattr(np, "trapezoid") else np.trapz(f, d),
                                     lambda f, d: np.einsum("i,i->i", f, d), lambda f, d: np.ones_like(f), lambda f, d: np.concatenate([f, d])))
def test_unit_is_gone_where_it_would_be_wrong(compute):
    assert getattr(compute(force(), travel()), "unit", "") == ""


def test_arithmetic_gives_the_numbers_of_plain_arrays():
    f, d, plain, other = force(), travel(), np.asarray(force()), np.asarray(travel())
    np.testing.assert_array_equal(f * d + f * d, plain * other + plain * other)
    np.testing.assert_array_equal(np.gradient(f, d), np.gradient(plain, other))
    assert f.mean() == plain.mean() and f.std() == plain.std() and f @ d == plain @ other
    quotient, rest = np.divmod(f, 2.0)
    assert quotient.tolist() == [1.0, -1.0, 1.0] and rest.tolist() == [1.0, 1.0, 0.0]
    assert f"{f.max():.2f}" == "3.00" and float(f.max()) == 3.0


def test_long_name_goes_with_the_unit():
    assert (2 * force()).long_name == "force on the needle"
    assert (force() * travel()).long_name == ""
    assert (force() + percuta.Array([1.0, 1.0, 1.0], "N", "weight")).long_name == ""


def test_arithmetic_in_place_changes_the_unit_with_the_values():
    f = force()
    view = f[:]
    f *= 2
    assert f.unit == "N" and f.tolist() == [6.0, -2.0, 4.0] and view.tolist() == f.tolist()
    f *= travel()
    assert f.unit == "" and f.long_name == ""
    plain = np.zeros(3)
    assert np.multiply(force(), travel(), out=plain) is plain and plain[0] == pytest.approx(0.3)


def test_comparison_gives_plain_arrays():
    for answer in (force() > 0, force() == force(), np.isfinite(force()), np.logical_and(force(), force()), force() != 1.0):
        assert type(answer) is np.ndarray and answer.dtype == bool


def test_arrays_go_with_other_kinds_of_arrays():
    xarray = pytest.importorskip("xarray")
    masked = np.ma.masked_array([1.0, 2.0, 3.0], mask=[False, True, False]) * force()
    assert masked.tolist() == [3.0, None, 6.0]
    assert (xarray.DataArray(force()) * 2.0).values.tolist() == [6.0, -2.0, 4.0]
