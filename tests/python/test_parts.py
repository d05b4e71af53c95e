"""Skins, layers, needles and devices as values, and what is asked of them for arrays."""

import copy
import math
import pickle

import numpy as np
import pytest

import percuta as pc

NEEDLE = dict(length="1 mm", shank_radius="125 um", tip_radius="10 um", half_angle="12 deg")
TAPE = dict(role="other", thickness="0.1 mm", shear_modulus="20 kPa", toughness="30 J/m^2")
OWN = dict(gate_toughness="8 kJ/m^2", friction=0.3)


@pytest.fixture(scope="module")
def cheek():
    return pc.skin("cheek")


@pytest.fixture(scope="module")
def own():
    return pc.Skin(layers=[pc.Layer("tape_1", **TAPE), dict(name="papillary_dermis", thickness="2 mm", shear_modulus="110 kPa", toughness="300 J/m^2")],
                   tension={"value": "7 kPa", "source": "flynn2011"}, **OWN)


@pytest.mark.parametrize("make", (lambda: pc.skin("cheek"), lambda: pc.skin("cheek").layers["reticular_dermis"], lambda: pc.Needle(NEEDLE),
                                  lambda: pc.device("pen-6"), lambda: pc.Layer("tape_1", TAPE), lambda: pc.device("mf8-1.5mm").needle))
def test_values_are_equal_pickle_and_show_themselves(make):
    value = make()
    for same in (make(), pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert same == value and type(same) is type(value) and hash(same) == hash(value)
    assert repr(value).startswith(f"percuta.{type(value).__name__}(") and "<table>" in value._repr_html_()
    numbers = [item for _, item in value.items() if isinstance(item, pc.Quantity)]
    assert all(one.unit and one.long_name for one in numbers) and (numbers or type(value) is pc.Device)
    with pytest.raises(AttributeError, match="does not change"):
        value.length = "1 mm"
    with pytest.raises(AttributeError, match="did you mean|there are"):
        value.thicknes


def test_values_differ_when_a_number_does(cheek):
    needle = pc.Needle(NEEDLE)
    assert needle == pc.Needle({**NEEDLE, "length": pc.Quantity(1e-3, "m")}) != pc.Needle({**NEEDLE, "length": "1.1 mm"})
    assert needle.with_(length="1.1 mm") == pc.Needle({**NEEDLE, "length": "1.1 mm"}) and needle.length == 1e-3
    assert cheek == pc.Skin(base="cheek") != cheek.with_(tension="8 kPa") and cheek.with_(tension="8 kPa").tension == 8e3
    assert cheek.with_({"layers.reticular_dermis.thickness": "1 mm"}).layers.reticular_dermis.thickness == pytest.approx(1e-3)
    assert cheek.with_(tension="8 kPa").layers.hypodermis == cheek.layers.hypodermis


def test_a_part_is_what_it_is_in_a_case(cheek, own):
    """The same declarations read both."""
    for name in pc.skins():
        device = "mf8-0.2mm"
        assert pc.skin(name) == pc.Case(skin=name, device=device).skin, name
    for name in pc.devices():
        speed = dict(speed="20 mm/s") if pc.device(name).kind == "pen" else {}
        assert pc.device(name) == pc.Case(skin="cheek", device=name, protocol=speed).device, name
    needle = pc.Needle(NEEDLE)
    case = pc.Case(skin=own, device="mf8-1.5mm", needle=needle)
    assert case.skin == own and type(case.skin) is pc.Skin and case.device.needle == needle and case.device.roller == pc.device("mf8-1.5mm").roller
    assert case.inputs["skin.tension"].source == "flynn2011" and pc.Case.from_toml(case.to_toml()) == case
    assert pc.Case(skin=cheek, device=pc.device("mf8-1.5mm")) == pc.Case(skin="cheek", device="mf8-1.5mm")
    # A part takes the place of all that was said of one.
    file = pc.read_case("home-roller-forearm").with_({"skin.tension": "3 kPa"})
    assert file.with_(skin=cheek).skin == cheek and file.with_(skin=own).skin == own and file.with_(needle=needle).device.needle == needle
    assert file.with_(skin=cheek).protocol == file.protocol


def test_layers_are_put_into_skins_in_their_order(cheek):
    thin = cheek.layers.papillary_dermis.with_(thickness="0.3 mm")
    skin = pc.Skin(base="cheek", layers=["stratum_corneum", pc.Layer("tape_1", TAPE), thin, dict(name="reticular_dermis", thickness="1.5 mm")])
    assert skin.order == ["stratum_corneum", "tape_1", "papillary_dermis", "reticular_dermis"] == list(skin.layers)
    assert skin.layers.papillary_dermis == thin and skin.layers.stratum_corneum == cheek.layers.stratum_corneum
    assert skin.layers.papillary_dermis.inputs["skin.layers.papillary_dermis.toughness"].source == "roemgens2014"
    assert skin.layers.reticular_dermis.shear_modulus == cheek.layers.reticular_dermis.shear_modulus
    assert skin.thickness == pytest.approx(sum(layer.thickness for _, layer in skin.layers.items())) and skin.thickness.unit == "m"


@pytest.mark.parametrize("make, key, text", (
    (lambda: pc.Needle({**NEEDLE, "lenght": "1 mm"}), "device.needle.lenght", "did you mean device.needle.length"),
    (lambda: pc.Needle({**NEEDLE, "length": "1"}), "device.needle.length", "needs a unit"),
    (lambda: pc.Needle({**NEEDLE, "tip_radius": "90 um", "shank_radius": "80 um"}), "device.needle.tip_radius", "allowed below device.needle.shank_radius"),
    (lambda: pc.Needle(length="1 mm"), "device.needle.shank_radius", "allowed 10 um to 500 um"),
    (lambda: pc.Layer("tape_1", {**TAPE, "toughness": "3 N"}), "skin.layers.tape_1.toughness", "unit of force"),
    (lambda: pc.Layer("tape_1", thickness="1 mm", shear_modulus="1 kPa", toughness="30 J/m^2"), "skin.layers.tape_1.role", "must be given"),
    (lambda: pc.Layer("Tape 1", TAPE), "skin.layers", "small letters"),
    (lambda: pc.Layer("tape_1", TAPE, relaxation=[dict(share=0.6, time="1 s"), dict(share=0.5, time="2 s")]), "skin.layers.tape_1.relaxation", "below 0.999"),
    (lambda: pc.Skin(layers=[pc.Layer("tape_1", TAPE)], **OWN), "skin.layers", "at least two layers"),
    (lambda: pc.Skin(base="cheek", layers=["stratum_corneum", "nothing"]), "skin.order", "there is no skin.layers.nothing"),
    (lambda: pc.Skin(base="cheek", tension={"value": "7 kPa", "source": "flynn1911"}), "skin.tension", "no bibliography has"),
    (lambda: pc.Skin(), "skin", "cheek"),
    (lambda: pc.Device(base="mf8-1.5mm", needle={"shank_radius": "500 um"}, roller={"needles_per_turn": 100}), "device.roller.needles_per_turn", "overlap"),
))
def test_mistakes_are_those_of_the_records_with_key_and_hint(make, key, text):
    with pytest.raises(pc.InputError, match=text) as caught:
        make()
    assert key in {d["key"] for d in caught.value.diagnostics}, caught.value.diagnostics


def test_a_part_in_the_wrong_place_is_a_type_error(cheek):
    for wrong in (lambda: pc.Case(skin=pc.Needle(NEEDLE), device="mf8-1.5mm"), lambda: pc.Case(skin="cheek", device=cheek),
                  lambda: pc.Skin(layers=[cheek]), lambda: pc.Skin(layers=[3]), lambda: pc.energy_level(3, "mf8-1.5mm"), lambda: pc.energy_level("cheek", cheek),
                  lambda: pc.compare(pc.Case(skin="cheek", device="mf8-1.5mm"), {"skin": [cheek.with_(tension="8 kPa")]})):
        with pytest.raises(TypeError):
            wrong()


def test_laws_of_a_layer_against_their_formula(cheek):
    """psi = (2 mu/alpha^2) sum l^alpha: P = (2 mu/alpha)(l^(alpha-1) - l^(-alpha/2-1)); at small strain 3 mu and 6 mu."""
    layer, l = cheek.layers["reticular_dermis"], np.linspace(0.7, 1.4, 12).reshape(3, 4)
    mu, alpha = float(layer.shear_modulus), layer.hardening
    stress = layer.uniaxial_pk1(l)
    assert stress.shape == (3, 4) and stress.unit == "Pa" and isinstance(stress, pc.Array)
    np.testing.assert_allclose(stress, 2 * mu / alpha * (l**(alpha - 1) - l**(-alpha / 2 - 1)), rtol=1e-12)
    np.testing.assert_allclose(layer.equibiaxial_cauchy(l), 2 * mu / alpha * (l**alpha - l**(-2 * alpha)), rtol=1e-12)
    assert layer.uniaxial_pk1(1 + 1e-6) == pytest.approx(3e-6 * mu, rel=1e-4) and layer.uniaxial_pk1(1.1).unit == "Pa"
    assert pickle.loads(pickle.dumps(layer.uniaxial_pk1(1.1))).unit == "Pa"
    for bad in (0.0, [-1.0, 1.0], float("nan"), "1.1 mm"):
        with pytest.raises(ValueError, match="stretch"):
            layer.uniaxial_pk1(bad)
    goh = layer.with_(law="goh", fibre_modulus="50 kPa", fibre_dispersion=0.0, fibre_angle="10 deg")
    assert goh.uniaxial_pk1(1.2) > goh.uniaxial_pk1(1.2, across=True)
    with pytest.raises(ValueError, match="fibres"):
        goh.equibiaxial_cauchy(1.1)


def test_geometry_of_needle_and_device():
    needle = pc.Needle(NEEDLE)
    radius, taper = needle.radius_behind_tip("0 mm"), needle.taper_length
    assert radius == 0.0 and radius.unit == "m"
    far = needle.radius_behind_tip(np.array([float(taper), 2 * float(taper), 1.0]))
    np.testing.assert_allclose(far, 125e-6, rtol=1e-9)
    # Between a cone from tip to base, s^2 (1-t)^2 E I/L^2 with tan(s (1-t)/t) = -s, and the shank as a whole, pi^2 E I/(4 L^2).
    bending, t = 200e9 * math.pi / 4 * 125e-6**4 / 1e-3**2, 10 / 125
    low, high = math.pi / 2 + 1e-9, math.pi
    for _ in range(60):
        x = 0.5 * (low + high)
        low, high = (x, high) if math.tan(x) + x * t / (1 - t) < 0 else (low, x)
    cone, shank = (low * t / (1 - t))**2 * (1 - t)**2 * bending, math.pi**2 / 4 * bending
    assert cone < needle.buckling_force < shank and needle.buckling_force.unit == "N"
    roller = pc.device("mf8-1.5mm")
    around, across = 2 * math.pi * roller.roller.drum_radius / roller.roller.needles_per_turn, roller.roller.width / roller.roller.rows
    assert roller.cell_radius == pytest.approx(math.sqrt(around * across / math.pi)) and roller.needle_count == roller.roller.needles_per_turn * roller.roller.rows


@pytest.fixture(scope="module")
def level():
    return pc.energy_level("cheek", "mf8-1.5mm")


def test_energy_level_answers_for_arrays(level):
    d = np.linspace(0, 1.5e-3, 200)
    force, depth, deflection = level.force(d), level.pierced_depth(d), level.deflection(d)
    assert (force.unit, depth.unit, deflection.unit) == ("N", "m", "m") and force.shape == d.shape
    opened = d > level.puncture_displacement
    assert 10 < opened.sum() < 190 and not depth[~opened].any() and (depth[opened] > 0).all()
    np.testing.assert_allclose(depth + deflection, d, atol=1e-12)
    # Before it opens the skin's answer, then balance: what crack and friction bear is what the deflected skin gives.
    np.testing.assert_array_equal(force[~opened], level.indentation_force(d[~opened]))
    np.testing.assert_allclose(force, level.indentation_force(deflection), rtol=1e-12)
    np.testing.assert_allclose(force[opened], (level.crack_force(depth) + level.friction_force(depth))[opened], rtol=1e-6)
    at = level.puncture_displacement
    assert level.force(at) == pytest.approx(float(level.puncture_force)) and level.force(at * (1 + 1e-9)) < level.puncture_force
    assert level.force("0.2 mm") == level.force(0.2e-3) == level.force(pc.Quantity(0.2, "mm")) and level.force("0.2 mm").unit == "N"
    assert level.force(d.reshape(10, 20)).shape == (10, 20) and (level.slit_length(depth[opened]) > 0).all()
    assert level.extrapolates(d).dtype == bool and level.extrapolates(1e-4) is False
    again = pickle.loads(pickle.dumps(level))
    np.testing.assert_array_equal(again.force(d), force)
    assert again.skin == pc.skin("cheek") and "opens at" in repr(level)


def test_energy_level_ends_where_the_needle_does(level):
    most = level.buried_displacement
    assert level.pierced_depth(most) == pytest.approx(float(level.needle.length), rel=1e-6)
    for bad, error in ((2 * most, "in to its base"), (-1e-6, "allowed from 0"), ([float("nan")], "not finite"), ("1 N", "unit of force"), ("far", "no quantity")):
        with pytest.raises(ValueError, match=error):
            level.force(bad)
    with pytest.raises(ValueError, match="needle's length"):
        level.crack_force("5 mm")
    with pytest.raises(TypeError, match="displacement"):
        level.force(None)


def test_energy_level_is_that_of_a_run(level):
    """A run at the energy level, without the base: the same skin under the same needle, slow."""
    case = pc.Case(skin="cheek", device="mf8-1.5mm", protocol=dict(speed="slow"))
    r = pc.roll(case, progress=False)
    before = r["/insertion/displacement"] < 0.9 * level.puncture_displacement
    np.testing.assert_allclose(level.force(r["/insertion/displacement"])[before], r["/insertion/force"][before], rtol=2e-2)
    assert r.insertion.required_force == pytest.approx(float(level.puncture_force), rel=1e-9)


def test_one_needle_alone_is_solved_and_is_that_of_insert():
    skin, needle = pc.skin("excised-human"), pc.Needle(length="1 mm", shank_radius="125 um", tip_radius="40 um", half_angle="15 deg")
    level = pc.energy_level(skin, needle, progress=False)
    case = pc.Case(skin=skin, device="mf8-1.5mm", needle=needle)
    r = pc.insert(case, displacement="0.1 mm", frames=0, progress=False)
    d = r["/insertion/displacement"][1:]
    np.testing.assert_allclose(level.indentation_force(d), r["/insertion/force"][1:], rtol=0.05)
    assert level.cell_radius == 0.0
