"""Parts of a case as values: skins, their layers, needles, devices."""

from . import _percuta
from ._inputs import VIEWS, Input, Inputs, Tidy, View, leaf, view
from ._overrides import Pairs, flattened
from ._quantity import Quantity


class _Part(View, metaclass=Tidy):
    """A view that can be made by itself, and given where a case or another part is made."""

    __slots__ = ("_known",)
    _place = ""

    def _made(self, part, prefix):
        native, inputs = part
        View.__init__(self, Inputs(Input(**one) for one in inputs), prefix)
        object.__setattr__(self, "_known", native)

    def _native(self):
        """What the library computes with."""
        try:
            return self._known
        except AttributeError:
            object.__setattr__(self, "_known", self._compute(self._as_pairs(self._prefix.rstrip(".")))[0])
            return self._known

    def _texts(self):
        """Path and text of what makes this part: all of it."""
        return [(one.path, leaf(one)) for one in self.inputs.values()]

    def _as_pairs(self, path):
        """Keys below a path and their texts. Raises TypeError for a path where such a part has no place."""
        if not self._fits(path):
            raise TypeError(f"{path}: a {type(self).__name__} has no place here")
        below = len(self._prefix)
        return Pairs((f"{path}.{one[below:]}", text) for one, text in self._texts())

    def _fits(self, path):
        return path == self._place

    def with_(self, values=None, /, **keys):
        """The same with other values, given as to the class. Raises InputError and TypeError as it does."""
        made, place = type(self).__new__(type(self)), self._prefix.rstrip(".")
        pairs = dict(self._as_pairs(place))
        for key, text in [*flattened({place: values or {}}), *flattened({place: keys})]:
            pairs[key] = text
        made._made(made._compute_for(self, list(pairs.items())), place)
        return made

    def _compute_for(self, other, pairs):
        return self._compute(pairs)

    def __reduce__(self):
        return view, (dict(self.inputs), self._prefix.rstrip("."))

    def __repr__(self):
        values = ", ".join(f"{name}={value!r}" if not isinstance(value, View) else f"{name}=<{', '.join(value)}>" for name, value in self.items())
        return f"percuta.{type(self).__name__}({values})"


class _Listed(_Part):
    """One that may start from an entry of the catalogue: only what was given then makes it."""

    __slots__ = ()

    def _texts(self):
        base = self.inputs.get(self._prefix + "base")
        # A file lies beside a case that is not known here.
        by_name = base is not None and not base.written.endswith(".toml")
        return [(one.path, leaf(one)) for one in self.inputs.values() if (one.given if by_name else one is not base)]


class Needle(_Part):
    """A needle: pc.Needle(length="1 mm", shank_radius="125 um", tip_radius="10 um", half_angle="12 deg").

    values: the keys of device.needle as keywords or as a dictionary; explain("device.needle") has them with their ranges. They are
    attributes, those with a unit percuta.Quantity [SI]. It does not change; with_(length="2 mm") gives one with other values; two are
    equal when every value is; .inputs has sources. Goes into Case(needle=...), Device(needle=...) and energy_level. Raises InputError for a bad value, a missing or unknown key (every mistake
    at once), TypeError for what no case file can hold.
    """

    __slots__ = ()
    _place = "device.needle"

    def __init__(self, values=None, /, **keys):
        self._made(self._compute([*flattened({self._place: values or {}}), *flattened({self._place: keys})]), self._place)

    @staticmethod
    def _compute(pairs):
        return _percuta.needle_part(list(pairs))

    def radius_behind_tip(self, distance):
        """Radius of the needle at distances behind its tip: a number or an array of any shape [m], from 0 on; of that shape [m]."""
        from ._units import out, si

        return out(self._native().radius_behind_tip(si(distance, "m", "distance", 0.0)), "m", "radius of the needle", "um")

    @property
    def taper_length(self):
        """Distance behind the tip at which the shank begins, a percuta.Quantity [m]."""
        return Quantity(self._native().taper_length, "m", None, "distance behind the tip at which the shank begins", "mm")

    @property
    def buckling_force(self):
        """Axial force at which the needle buckles, steel, base clamped and tip free, a percuta.Quantity [N]."""
        return Quantity(self._native().strength, "N", None, "axial force at which the needle buckles", "N")


class Device(_Listed):
    """A device: device("mf8-1.5mm") of the catalogue, or pc.Device(base="mf8-1.5mm", needle=pc.Needle(...)), or by its own keys.

    values: the keys of [device] as keywords or as a dictionary; explain("device") has them. Attributes, equality and errors as of
    Needle; .needle is a Needle. Goes into Case(device=...) and, as its needle in its share of the skin, into energy_level.
    """

    __slots__ = ()
    _place = "device"

    def __init__(self, values=None, /, **keys):
        self._made(self._compute([*flattened({self._place: values or {}}), *flattened({self._place: keys})]), self._place)

    @staticmethod
    def _compute(pairs):
        return _percuta.device_part(list(pairs))

    @property
    def cell_radius(self):
        """Radius of a needle's share of the device, sqrt(area per needle / pi), a percuta.Quantity [m]."""
        return Quantity(self._native().cell_radius, "m", None, "radius of a needle's share of the device", "mm")

    @property
    def needle_count(self):
        """Number of needles."""
        return self._native().needles


class Layer(_Part):
    """A layer of skin: pc.Layer("tape_1", role="other", thickness="0.1 mm", shear_modulus="20 kPa", toughness="30 J/m^2").

    name: small letters, digits and underscores. values: the keys of a layer as keywords or as a dictionary;
    explain("skin.layers.papillary_dermis") has them with their ranges. Attributes, equality and errors as of Needle. Layers go into
    Skin(layers=[...]); those of a skin are skin.layers[name].
    """

    __slots__ = ()
    _place = "skin.layers.*"

    def __init__(self, name, values=None, /, **keys):
        place = f"skin.layers.{name}"
        self._made(_percuta.layer_part(str(name), [*flattened({place: values or {}}), *flattened({place: keys})]), place)

    def _compute(self, pairs):
        return _percuta.layer_part(self.name, list(pairs))

    def _compute_for(self, other, pairs):
        return _percuta.layer_part(other.name, list(pairs))

    def _fits(self, path):
        return path.startswith("skin.layers.")

    @property
    def name(self):
        """Name of the layer, as its key."""
        return self._prefix.rstrip(".").rpartition(".")[2]

    def uniaxial_pk1(self, stretch, across=False):
        """First Piola-Kirchhoff stress of a bar of this layer in uniaxial tension, incompressible, lateral faces free.

        stretch: length over initial length, above 0, a number or an array of any shape [-]. across: pulled across the Langer line
        and not along it, which is of effect with fibres alone. Returns the stress per initial area, of that shape [Pa]; times the
        stretch it is the Cauchy stress. The slow response: relaxation is left out.
        """
        return self._stress("uniaxial_pk1", stretch, "first Piola-Kirchhoff stress in uniaxial tension", bool(across))

    def equibiaxial_cauchy(self, stretch):
        """Cauchy stress in the plane of a sheet of this layer that is stretched alike both ways, incompressible.

        stretch: above 0, a number or an array of any shape [-]. Returns the stress of that shape [Pa]. The slow response, and
        without the fibres of a goh law: ValueError for a layer that has some.
        """
        if self._native().fibres:
            raise ValueError(f"{self.name}: its fibres bear in the plane, and this stress leaves them out")
        return self._stress("equibiaxial_cauchy", stretch, "Cauchy stress in equibiaxial tension")

    def _stress(self, law, stretch, long_name, *more):
        from ._units import out, si

        stretch = si(stretch, "1", "stretch")
        if stretch.size and stretch.min() <= 0.0:
            raise ValueError(f"stretch: {stretch.min():g} is out of range (allowed above 0)")
        stress = out(getattr(self._native(), law)(stretch, *more), "Pa", long_name, "kPa")
        return stress


class Layers(View):
    """Layers of a skin by name, from the surface down: layers["reticular_dermis"] is a Layer."""

    __slots__ = ()


class Skin(_Listed):
    """A skin: skin("cheek") of the catalogue, pc.Skin(base="cheek", tension="10 kPa"), or one of its own layers.

    values: the keys of [skin] as keywords or as a dictionary; explain("skin") has them with their ranges. layers: a list from the
    surface down of Layer, of dictionaries with "name" and the keys of a layer, or of names of layers that the base has; two or more.
    A value may be {"value": "7 kPa", "source": "flynn2011"}, with any of source, evidence and spread. Attributes, equality and errors
    as of Needle; .layers has them by name. Goes into Case(skin=...) and energy_level.
    """

    __slots__ = ()
    _place = "skin"

    def __init__(self, values=None, /, **keys):
        self._made(self._compute([*flattened({self._place: values or {}}), *flattened({self._place: keys})]), self._place)

    @staticmethod
    def _compute(pairs):
        return _percuta.skin_part(list(pairs))

    @property
    def thickness(self):
        """All layers together, a percuta.Quantity [m]."""
        return Quantity(self._native().thickness, "m", None, "thickness of all layers", "mm")

    @property
    def pre_stretch(self):
        """Equibiaxial stretch that gives the thickest layer of the dermis its tension, a percuta.Quantity [-]."""
        return Quantity(self._native().pre_stretch, "1", None, "stretch at which the skin lies")


VIEWS.update({"skin": Skin, "skin.layers": Layers, "skin.layers.*": Layer, "device": Device, "device.needle": Needle})


def as_skin(value):
    """A Skin, of the catalogue where a name is given."""
    if isinstance(value, Skin):
        return value
    if isinstance(value, str):
        return Skin(base=value)
    raise TypeError(f"skin: a Skin or the name of one is wanted, not {value!r}")


def as_needle(value):
    """A Needle and the radius of its cell [m], 0 for one alone."""
    if isinstance(value, str):
        value = Device(base=value)
    if isinstance(value, Device):
        return value.needle, float(value.cell_radius)
    if isinstance(value, Needle):
        return value, 0.0
    raise TypeError(f"needle: a Needle, a Device or the name of a device is wanted, not {value!r}")
