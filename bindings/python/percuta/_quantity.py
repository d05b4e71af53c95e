"""Numbers that know their unit, and lose it rather than carry a wrong one."""

import math as _math
import operator as _operator

from . import _percuta


def factor(unit):
    """One of a unit in SI, and its dimension. Raises ValueError for a symbol that no table of units has."""
    found = _percuta.unit(unit)
    if found is None:
        raise ValueError(f"unknown unit {unit!r}; known are {', '.join(symbol for symbol, _, _ in _percuta.units())}")
    return found[2], found[1]


def converted(value, unit, other):
    """A number or an array in another unit of the same dimension. Raises ValueError where the dimensions differ."""
    if unit == other:
        return value
    (here, dimension), (there, wanted) = factor(unit), factor(other)
    if dimension != wanted:
        raise ValueError(f"{unit!r} is a unit of {dimension}, {other!r} one of {wanted}")
    return value * (here / there)


def shown(unit):
    """A unit as people write it: "µm", "/cm²"; "" for a plain number."""
    text = unit.replace("^2", "²").replace("^3", "³")
    if text.startswith("u") and len(text) > 1:
        text = "µ" + text[1:]
    return "" if text == "1" else text[1:] if text.startswith("1/") else text


def usual(unit, people):
    """The unit for people, or the other where there is none of that dimension."""
    here, there = _percuta.unit(unit), _percuta.unit(people) if people else None
    return people if here and there and here[1] == there[1] else unit


def _is_plain_number(value):
    # A NumPy float may be an element taken out of an array, whose unit is no longer known; NumPy's integers count.
    return isinstance(value, int) or type(value) is float or (hasattr(value, "__index__") and not getattr(value, "shape", (1,)))


class Quantity(float):
    """A float that knows its unit, its spread and what it is.

    unit: symbol as text ("m", "N", "Pa"; "1" for a share), SI in everything that results give. spread: standard deviation in
    the same unit, None where there is none. long_name: what it is, in words. people: the unit in which it is shown.

    It compares and computes as the float that it is. Sums and differences of one unit and products with a plain number keep
    the unit (the first two without a spread); every other operation gives a plain float, never a wrong unit.
    """

    __slots__ = ("long_name", "people", "spread", "unit")

    def __new__(cls, value, unit="1", spread=None, long_name="", people=""):
        quantity = super().__new__(cls, value)
        set_ = super(Quantity, quantity).__setattr__
        set_("unit", unit)
        set_("spread", None if spread is None else float(spread))
        set_("long_name", long_name)
        set_("people", usual(unit, people))
        return quantity

    def __setattr__(self, name, value):
        raise AttributeError(f"a Quantity does not change; its {name} is given when it is made")

    def to(self, unit):
        """The same in another unit, as text from the table of units: q.to("mm"). Raises ValueError for an unknown unit or one
        of another dimension."""
        spread = None if self.spread is None else converted(self.spread, self.unit, unit)
        return Quantity(converted(float(self), self.unit, unit), unit, spread, self.long_name, unit)

    @property
    def value(self):
        """The plain number, in the quantity's unit."""
        return float(self)

    @property
    def pint(self):
        """The same as a quantity of the package pint, in its application registry. Raises ImportError without that package."""
        import pint

        unit = {"1": "", "%": "percent"}.get(self.unit, self.unit)
        return pint.get_application_registry().Quantity(float(self), "1" + unit if unit.startswith("/") else unit)

    def _like(self, value, spread=None, other=None):
        name = self.long_name if other is None or other.long_name == self.long_name else ""
        return Quantity(value, self.unit, spread, name, self.people)

    def _sum(self, other, add):
        value = add(float(self), other)
        if value is NotImplemented or not isinstance(other, Quantity):
            return value
        return self._like(value, other=other) if self.unit == other.unit else float(value)

    def __add__(self, other):
        return self._sum(other, float.__add__)

    def __radd__(self, other):
        return self._sum(other, float.__radd__)

    def __sub__(self, other):
        return self._sum(other, float.__sub__)

    def __rsub__(self, other):
        return self._sum(other, float.__rsub__)

    def _scaled(self, other, scale):
        if _is_plain_number(other) and not isinstance(other, float):
            other = _operator.index(other)
        value = scale(float(self), other)
        if value is NotImplemented or isinstance(other, Quantity) or not _is_plain_number(other):
            return value
        return self._like(value, None if self.spread is None else abs(scale(self.spread, other)))

    def __mul__(self, other):
        return self._scaled(other, float.__mul__)

    def __rmul__(self, other):
        return self._scaled(other, float.__rmul__)

    def __truediv__(self, other):
        return self._scaled(other, float.__truediv__)

    def __neg__(self):
        return self._like(-float(self), self.spread)

    def __pos__(self):
        return self

    def __abs__(self):
        return self._like(abs(float(self)), self.spread)

    def __round__(self, digits=None):
        rounded = round(float(self), digits)
        return rounded if digits is None else self._like(rounded, self.spread)

    def text(self, digits=3):
        """The value in the unit for people with so many digits, and its spread: "0.459 mm ± 0.066"."""
        if not _math.isfinite(self):
            return "none" if _math.isnan(self) else repr(float(self))
        text = f"{converted(float(self), self.unit, self.people):.{digits}g}"
        unit = shown(self.people)
        text += f" {unit}" if unit else ""
        if self.spread:
            text += f" ± {converted(self.spread, self.unit, self.people):.2g}"
        return text

    def __repr__(self):
        return self.text()

    __str__ = __repr__

    def _repr_html_(self):
        import html

        return f'<span title="{html.escape(self.long_name)}">{html.escape(self.text())}</span>'

    def __reduce__(self):
        return Quantity, (float(self), self.unit, self.spread, self.long_name, self.people)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self
