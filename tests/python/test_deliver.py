"""percuta.deliver: choices, figures, pictures."""

import json

import matplotlib

matplotlib.use("Agg")

import percuta
import pytest

CASE = dict(skin="cheek", device="mf8-0.5mm", channels=dict(sample_side="6 mm"), protocol=dict(passes_per_direction=1))
SERUM = dict(solute="ascorbic-acid", dose="20 uL/cm^2", concentration="15 %", start="5 min")


@pytest.fixture(scope="module")
def result():
    return percuta.deliver(percuta.Case(CASE), progress=False, **SERUM)


def test_figures_have_units(result):
    assert result.delivery.delivered.unit == "kg/m^2" and result.delivery.delivered.people == "ug/cm^2"
    assert result.delivery.applied.to("ug/cm^2") == pytest.approx(3000.0)
    assert result.delivery.area.to("cm^2") == pytest.approx(0.36)
    assert result.delivery.delivered_total.unit == "kg"
    assert float(result.delivery.delivered_total) == pytest.approx(0.36e-4 * float(result.delivery.delivered))
    assert result.delivery.balance_error < 1e-8
    assert result.delivery.enhancement > 1.0
    course = result.delivery.course
    assert course.time.unit == "s" and course.delivered.shape == course.time.shape
    assert course.delivered[-1] == pytest.approx(float(result.delivery.delivered))
    assert result.delivery.profile.concentration.shape == (result.delivery.profile.time.size, result.delivery.profile.depth.size)
    assert any("not intended to bring cosmetics" in line for line in result.warnings)


def test_it_draws(result):
    axes = result.plot()
    assert len(axes) == 5
    assert {"delivered", "unbroken"} <= set(axes[0].get_legend_handles_labels()[1])
    result.delivery.course.plot("delivered", "cleared")


def test_a_cover_and_a_solute_of_ones_own(result):
    covered = percuta.deliver(percuta.Case(CASE), progress=False, cover=True, **SERUM)
    assert covered.delivery.delivered > result.delivery.delivered
    own = percuta.deliver(percuta.Case(CASE), progress=False, solute={"base": "caffeine", "bound": 3.0}, dose="20 uL/cm^2",
                          concentration=percuta.Quantity(10.0, "mg/mL"), repeats=["2 h", "4 h"])
    assert own.delivery.applied == pytest.approx(3 * 2e-4 * 10.0)


def test_wrong_choices_are_said():
    case = percuta.Case(CASE)
    with pytest.raises(TypeError, match="did you mean 'concentration'"):
        percuta.deliver(case, solute="caffeine", concentraton="1 %")
    with pytest.raises(percuta.InputError, match="did you mean \"caffeine\""):
        percuta.deliver(case, solute="cafeine", dose="1 uL/cm^2", concentration="1 %")
    with pytest.raises(percuta.InputError, match="solute is missing"):
        percuta.deliver(case, progress=False)
    with pytest.raises(percuta.InputError, match="delivery.dose is missing"):
        percuta.deliver(case, solute="caffeine", concentration="1 %")


def test_it_is_saved_and_loaded(result, tmp_path):
    result.save(tmp_path / "out")
    again = percuta.load(tmp_path / "out")
    assert again.delivery.delivered == result.delivery.delivered
    assert again.delivery.course.delivered.tolist() == result.delivery.course.delivered.tolist()
    assert json.loads((tmp_path / "out/summary.json").read_text())["delivery"]["solute"] == "ascorbic-acid"


def test_the_axisymmetric_level_is_a_choice():
    light, heavy = (percuta.deliver(percuta.Case(CASE), progress=False, level=level, classes=2, **SERUM) for level in ("network", "axisymmetric"))
    assert float(heavy.delivery.delivered) == pytest.approx(float(light.delivery.delivered), rel=0.1)
    assert heavy.delivery.profile.concentration.shape == (4, heavy.delivery.profile.depth.size)
