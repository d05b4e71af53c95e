"""Quantities: floats whose unit is right or absent."""

import copy
import json
import math
import pickle

import numpy as np
import pytest

import percuta
from percuta import Quantity


def depth(spread=0.1e-3):
    return Quantity(0.5e-3, "m", spread, "pierced depth", "mm")


def test_it_is_the_float_that_it_holds():
    q = depth()
    assert isinstance(q, float) and q == 0.5e-3 and q < 0.6e-3 and hash(q) == hash(0.5e-3) and math.sqrt(q) == math.sqrt(0.5e-3)
    assert json.loads(json.dumps({"depth": q})) == {"depth": 0.5e-3} and f"{q:.1e}" == "5.0e-04" and np.asarray([q]).dtype == float


@pytest.mark.parametrize("compute, wanted", ((lambda q: q + q, 1.0e-3), (lambda q: q - q, 0.0), (lambda q: 2 * q, 1.0e-3), (lambda q: q * 2.0, 1.0e-3),
                                             (lambda q: q / 2, 0.25e-3), (lambda q: -q, -0.5e-3), (abs, 0.5e-3), (lambda q: q * np.int64(2), 1.0e-3),
                                             (lambda q: round(q + Quantity(1e-6, "m", None, "pierced depth"), 4), 0.5e-3), (lambda q: max(q, 2 * q), 1.0e-3)))
def test_unit_is_kept_where_it_is_right(compute, wanted):
    found = compute(depth())
    assert (found.unit, found.long_name, found.people) == ("m", "pierced depth", "mm") and found == pytest.approx(wanted)


@pytest.mark.parametrize("compute", (lambda q: q * q, lambda q: q / q, lambda q: 1 / q, lambda q: q + 1.0, lambda q: 1.0 - q, lambda q: q ** 2, lambda q: q // 2,
                                     lambda q: q % 2, lambda q: q + Quantity(1.0, "N"), lambda q: q - Quantity(1.0, "N"), lambda q: q * np.float64(2.0),
                                     lambda q: np.float64(2.0) * q, lambda q: divmod(q, 2)[0], lambda q: q * Quantity(2.0, "1"), math.exp, round))
def test_unit_is_gone_where_it_would_be_wrong(compute):
    assert not hasattr(compute(depth()), "unit")


def test_spread_scales_with_the_value_and_is_gone_from_sums():
    assert (-2 * depth()).spread == pytest.approx(0.2e-3) and (depth() / -4).spread == pytest.approx(0.025e-3)
    assert (depth() + depth()).spread is None and (depth() - depth()).spread is None  # whether they vary together is not known
    assert (depth() + Quantity(1e-3, "m", None, "deflection")).long_name == ""


def test_other_units_come_from_the_table_of_the_library():
    q = depth().to("um")
    assert q == pytest.approx(500.0) and q.spread == pytest.approx(100.0) and q.unit == "um" and q.to("m") == pytest.approx(0.5e-3)
    assert Quantity(86400.0, "s").to("days") == 1.0 and Quantity(0.25, "1").to("%") == 25.0 and Quantity(180.0, "deg").to("rad") == pytest.approx(math.pi)
    with pytest.raises(ValueError, match="'m' is a unit of length, 'kPa' one of pressure"):
        depth().to("kPa")
    with pytest.raises(ValueError, match="unknown unit 'furlong'.* mm"):
        depth().to("furlong")


def test_it_is_shown_in_units_for_people_with_its_spread():
    assert repr(Quantity(0.4589e-3, "m", 0.0658e-3, "", "mm")) == "0.459 mm ± 0.066" == str(Quantity(0.4589e-3, "m", 0.0658e-3, "", "mm"))
    assert repr(Quantity(4e-6, "m", None, "", "um")) == "4 µm" and repr(Quantity(2.43e6, "1/m^2", None, "", "1/cm^2")) == "243 /cm²"
    assert repr(Quantity(0.306, "1", None, "", "%")) == "30.6 %" and repr(Quantity(16.0, "1")) == "16" and repr(Quantity(2.0, "N")) == "2 N"
    assert repr(Quantity(2.0, "N", None, "", "mm")) == "2 N"  # of another dimension is no unit to show it in
    assert repr(depth().to("um")) == "500 µm ± 1e+02"
    assert "pierced depth" in depth()._repr_html_() and "0.5 mm" in depth()._repr_html_()


@pytest.mark.parametrize("again", (copy.copy, copy.deepcopy, *(lambda q, p=p: pickle.loads(pickle.dumps(q, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1))))
def test_copies_and_pickles_keep_everything(again):
    q = again(depth())
    assert type(q) is Quantity and (float(q), q.unit, q.spread, q.long_name, q.people) == (0.5e-3, "m", 0.1e-3, "pierced depth", "mm")


def test_it_does_not_change():
    with pytest.raises(AttributeError, match="does not change"):
        depth().unit = "mm"


def test_quantities_and_arrays_go_together():
    force = percuta.Array([1.0, 2.0], "N", "force")
    assert (force + Quantity(1.0, "N")).unit == "N" and (force + Quantity(1.0, "N")).tolist() == [2.0, 3.0]
    assert (force + Quantity(1.0, "m")).unit == "" and (force * Quantity(2.0, "m")).unit == "" and (Quantity(2.0, "m") * force).unit == ""
    assert force.to("mN").tolist() == [1000.0, 2000.0] and force.to("mN").unit == "mN" and force.unit == "N"
    with pytest.raises(ValueError, match="force"):
        force.to("mm")


def test_pint_takes_and_gives():
    pint = pytest.importorskip("pint")
    q = depth().pint
    assert isinstance(q, pint.Quantity) and q.m_as("mm") == pytest.approx(0.5) and Quantity(0.2, "1").pint.m_as("") == pytest.approx(0.2)
    for symbol, _, si in percuta._percuta.units():  # both agree on the size of what both know
        found = Quantity(3.0, symbol).pint.to_base_units()
        assert found.magnitude == pytest.approx(3.0 * si), symbol
