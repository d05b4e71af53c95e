"""Pictures of results with matplotlib (pip install percuta[plots]).

Those of channels take a Result of run or roll; section, overview, comparison, overlay, sensitivity and sizing are what .plot() of a
section, a Result, a Comparison, an Overlay, a Sensitivity and a Sizing draw.

>>> import percuta, percuta.plots                                              # doctest: +SKIP
>>> r = percuta.roll("data/cases/cheek-medical-roller.toml")                   # doctest: +SKIP
>>> percuta.plots.channel_map(r).figure.savefig("map.svg")                     # doctest: +SKIP

Every function draws into the axes that are given, or into new ones, and returns them.
"""

import numpy as _np

from ._quantity import Quantity as _Quantity
from ._quantity import converted as _converted
from ._quantity import shown as _shown
from ._quantity import usual as _usual

# Told apart by people who see few colours (Okabe and Ito); the first ones are those of the report.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_STYLES = ("-", "--", ":", "-.")
_LINES = 6  # in one panel; more cannot be told apart


def _axes(ax):
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


def _channels(result):
    if "/channels/position" not in result.arrays:
        raise ValueError("this result has no channels; it takes one of run or roll")
    return {name: _np.asarray(result[f"/channels/{name}"])
            for name in ("position", "direction", "session", "hole_length", "hole_breadth", "hole_angle", "depth")}


def channel_map(result, ax=None, side=10e-3, session=0):
    """Where channels of a session lie, open holes to scale, on a square of the patch's middle.

    side: of the square [m]. session: counted from 0. Axes in mm.
    """
    from matplotlib.collections import EllipseCollection

    ax, c = _axes(ax), _channels(result)
    of = c["session"] == session
    if not of.any():
        raise ValueError(f"session {session}: there are no channels of it")
    position = c["position"][of] * 1e3
    middle = 0.5 * (position.min(axis=0) + position.max(axis=0))
    half = 0.5 * min(side * 1e3, *(position.max(axis=0) - position.min(axis=0)))
    for d in _np.unique(c["direction"][of]):
        these = c["direction"][of] == d
        ax.add_collection(EllipseCollection(
            c["hole_length"][of][these] * 1e3, c["hole_breadth"][of][these] * 1e3, _np.degrees(c["hole_angle"][of][these]),
            units="x", offsets=position[these], offset_transform=ax.transData, color=_COLOURS[int(d) % len(_COLOURS)]))
    ax.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half), aspect="equal",
           xlabel="mm", ylabel="mm", title="Channels, open holes to scale")
    return ax


def depth_histogram(result, ax=None, bins=40):
    """How deep the needles of the scatter pierce; those that do not are left out and counted in the title."""
    ax = _axes(ax)
    depth = _np.asarray(result["/insertion/sample_depth"]) * 1e3
    pierced = depth[depth > 0]
    ax.hist(pierced, bins=bins, weights=_np.full(pierced.size, 100.0 / depth.size), color=_COLOURS[0])
    ax.set(xlabel="pierced depth, mm", ylabel="% of the landings",
           title=f"Pierced depth: {100.0 * pierced.size / depth.size:.3g} % of the landings pierce")
    return ax


def pair_correlation(result, ax=None):
    """Pairs of channels by their distance over those of a random pattern, which has 1."""
    ax = _axes(ax)
    ax.plot(_np.asarray(result["/channels/pair_distance"]) * 1e3, _np.asarray(result["/channels/pair_correlation"]),
            color=_COLOURS[0], label="these channels")
    ax.axhline(1.0, color="#777777", linestyle="--", label="at random")
    ax.set(xlabel="distance, mm", ylabel="pairs over random", title="Pairs of channels")
    ax.legend()
    return ax


def coverage(result, ax=None):
    """Share of the surface within 0.1, 0.2 and 0.5 mm of a channel, pass by pass."""
    ax = _axes(ax)
    for k, um in enumerate((100, 200, 500)):
        share = 100.0 * _np.asarray(result[f"/channels/covered_by_pass_{um}um"])
        ax.plot(_np.arange(1, share.size + 1), share, marker="o", color=_COLOURS[k], label=f"within {um / 1000:g} mm")
    ax.set(xlabel="passes", ylabel="% of the surface", ylim=(0, 100), title="Skin near a channel")
    ax.legend()
    return ax


def _label(text, unit):
    unit = _shown(unit)
    return f"{text}, {unit}" if unit and unit != text else text


def _words(name):
    return name.rpartition(".")[2].replace("_", " ")


def _people(section, path, array):
    """The unit in which people read an array."""
    declared = section._outputs.column(path)
    return _usual(array.unit, declared.people if declared else "")


def _course(section, columns, axis):
    """The column to draw others against where their axis only counts: the first one with a unit that goes through its values in
    turn, as the displacement of a needle does; else the axis.
    """
    if columns[axis][1].unit != "1":
        return axis
    for name, (path, array) in columns.items():
        if name == axis or array.ndim != 1 or array.unit == "1" or array.size < 2 or section._axes_of(path) != [axis]:
            continue
        turned = float(_np.abs(_np.diff(array)).sum()) <= 4.0 * float(_np.ptp(array))  # in and out again, with some hesitation
        return name if turned else axis
    return axis


def _lines(section, names, x):
    """What can be drawn as lines: (name, array, unit, name of the axis, array of the axis, its unit, rows as (label, values))."""
    columns = section._below()
    by_path = {path: name for name, (path, _) in columns.items()}
    if x is not None and (x not in columns or columns[x][1].ndim != 1):
        raise KeyError(f"no column {x!r} to draw against; there are {', '.join(columns)}")
    for name in names or [name for name in columns if "." not in name]:
        if name not in columns:
            raise KeyError(f"no column {name!r}; there are {', '.join(columns)}")
        path, array = columns[name]
        axes = [by_path.get(axis) for axis in section._outputs.axes(path)]
        if array.ndim not in (1, 2) or len(axes) != array.ndim or None in axes or axes[-1] == name or array.size == 0:
            if names:
                raise KeyError(f"{name!r} does not stand against an axis of this section, and has no picture as a line")
            continue
        axis_name = axes[-1] if array.ndim == 2 else x or _course(section, columns, axes[-1])
        if axis_name == name or (x and columns[x][1].shape != array.shape):
            continue
        axis_path, axis = columns[axis_name]
        # Against the number of a sample there is no line to see, unless it is asked for.
        if not names and axis.unit == "1" and array.unit != "1":
            continue
        rows = [("", array)]
        if array.ndim == 2:
            slow_path, slow = columns[axes[0]]
            unit = _people(section, slow_path, slow)
            rows = [(f"{_converted(float(value), slow.unit, unit):.3g} {_shown(unit)}".strip(), row) for value, row in zip(slow, array)]
        yield name, array, _people(section, path, array), axis_name, axis, _people(section, axis_path, axis), rows


def _panels(section, names=(), x=None):
    """Lines that share a panel: those of the same units, few enough to be told apart; profiles have one of their own."""
    groups = {}
    for line in _lines(section, names, x):
        name, array, unit, axis_name, axis, axis_unit, rows = line
        groups.setdefault((unit, axis_unit, name if array.ndim == 2 else axis.unit == "1" and axis_name), []).append(line)
    out = []
    for group in groups.values():
        panels = -(-len(group) // _LINES)
        out += [group[k * len(group) // panels:(k + 1) * len(group) // panels] for k in range(panels)]
    return out


def _draw(section, panel, ax):
    unit, axis_unit = panel[0][2], panel[0][5]
    count = 0
    for name, array, _, axis_name, axis, _, rows in panel:
        x = _converted(_np.asarray(axis), axis.unit, axis_unit)
        for label, values in rows:
            colour = _COLOURS[count % len(_COLOURS)]
            text = f"{_words(name)} {label}".strip()
            ax.plot(x, _converted(_np.asarray(values), array.unit, unit), color=colour, linestyle=_STYLES[count // len(_COLOURS) % len(_STYLES)], label=text,
                    marker="o" if len(x) < 8 else None)
            count += 1
            single = section[name] if name in section.keys() else None
            if isinstance(single, _Quantity) and single.spread:  # the value of this name over the scatter
                middle, spread = (_converted(v, single.unit, unit) for v in (float(single), single.spread))
                ax.axhspan(middle - spread, middle + spread, color=colour, alpha=0.15, linewidth=0, label=f"{text}, mean and standard deviation")
    ax.set(xlabel=_label(_words(panel[0][3]), axis_unit), ylabel=_label(_words(panel[0][0]), unit) if count == 1 else _shown(unit) or "ratio")
    if count > 1 or ax.patches:
        ax.legend(fontsize="small")
    return ax


def _grid(count, ax=None):
    """So many axes, in rows of up to three."""
    if ax is not None:
        if count != 1:
            raise ValueError(f"ax: this picture has {count} panels; leave ax out, or name the columns to draw")
        return [ax]
    import matplotlib.pyplot as plt

    wide = min(count, 3)
    tall = -(-count // wide)
    figure, axes = plt.subplots(tall, wide, figsize=(4.8 * wide, 3.6 * tall), layout="constrained", squeeze=False)
    for spare in axes.flat[count:]:
        spare.remove()
    return list(axes.flat[:count])


# What gets in: amounts, fluxes, depth profiles, open channels.
_DELIVERY = (("delivered", "unbroken", "taken_up"), ("in_stratum_corneum", "in_epidermis", "in_dermis", "cleared", "through"), ("flux", "flux_through"),
             ("open",))


def _pictures(section):
    """What shows a section: functions of the axes to draw into."""
    if section._path == "delivery":
        groups = [[f"course.{name}" for name in names] for names in _DELIVERY] + [["profile.concentration"]]
        return [lambda ax, panel=panel: _draw(section, panel, ax) for names in groups for panel in _panels(section, names)]
    if f"/{section._path}/position" in section._result.arrays and "channels" == section._path:
        return [lambda ax: channel_map(section._result, ax), lambda ax: coverage(section._result, ax)]
    return [lambda ax, panel=panel: _draw(section, panel, ax) for panel in _panels(section)]


def section(section, names=(), ax=None, x=None):
    """A section of a result, or columns of it by name, against their axes or the column x in units for people; bands are spreads.

    Returns the axes, a list where there are several. Raises KeyError for a name of no column, ValueError for a section of
    which nothing can be drawn, or which needs several axes where one was given.
    """
    drawn = [lambda ax, panel=panel: _draw(section, panel, ax) for panel in _panels(section, names, x)] if names or x else _pictures(section)
    if not drawn:
        raise ValueError(f"{section._path} has no columns to draw")
    axes = _grid(len(drawn), ax)
    out = [draw(at) for draw, at in zip(drawn, axes)]
    return out[0] if len(out) == 1 else out


def overview(result):
    """Every section of a result that can be drawn, in one figure. Returns the list of its axes."""
    names = [name for name in result.summary if _is_section(result, name)]
    drawn = [draw for name in (["delivery"] if "delivery" in names else names) for draw in _pictures(getattr(result, name))]
    if not drawn:
        raise ValueError("this result has no columns to draw")
    axes = [draw(at) for draw, at in zip(drawn, _grid(len(drawn)))]
    axes[0].figure.suptitle(result._title)
    return axes


def _is_section(result, name):
    return hasattr(getattr(result, name), "_below")


def _at_day(result, path, day):
    """A course at a day after the first session, with the ends of its band, None where there is none: (value, low, high)."""
    part, _, name = path.rpartition(".")
    days = _np.asarray(result._get(f"{part}.time")) / 86400.0

    def at(where):
        values = _np.asarray(result._get(f"{where}.{name}"))
        if len(values) != len(days):  # one of the short ones, at the days that were asked for
            asked = _np.asarray(result._get(f"{part}.days"))
            if not _np.isclose(asked, day).any():
                raise ValueError(f"{path} has days {', '.join(f'{d:g}' for d in asked)}; healing.report_days asks for others")
            return values[_np.isclose(asked, day)][0]
        return _np.interp(day, days, values)

    if not days[0] <= day <= days[-1]:
        raise ValueError(f"day {day:g} is not within the {days[-1]:g} days that were followed")
    try:
        return at(part), at(part + ".low"), at(part + ".high")
    except (AttributeError, KeyError):
        return at(part), None, None


def _point(result, y, day):
    """What a comparison draws of a row: (value, low, high) as quantities; None without a value."""
    value = result._get(y)
    if isinstance(value, (int, float)):
        spread = getattr(value, "spread", None)
        if not spread:
            return value, None, None
        return value, *(_Quantity(float(value) + sign * spread, value.unit, None, "", value.people) for sign in (-1, 1))
    if not hasattr(value, "unit"):
        return None
    if day is None:
        raise ValueError(f"{y} is a course: say at which day, as in plot(y={y!r}, day=90)")
    people = getattr(value, "people", "") or ("%" if value.unit == "1" else value.unit)
    return tuple(None if v is None else _Quantity(float(v), value.unit, None, value.long_name, people)
                 for v in _at_day(result, y, day))


def comparison(comparison, x=None, y="insertion.pierced_depth", ax=None, day=None):
    """An output against a varied key, with standard deviations or bands; a line for each value of the other keys, in units for people.

    day: of a course, the day after the first session at which it is read. Rows that failed, and those without a value, are counted
    in the title. Returns the axes. Raises KeyError for a key that is not varied and for no such output, ValueError where no row
    has a value, for a course without a day and for a day that was not followed.
    """
    keys = list(comparison.varied)
    x = keys[0] if x is None else x
    if x not in comparison.varied:
        raise KeyError(f"{x!r} is not varied; there are {', '.join(keys)}")
    lines, missing = {}, 0
    for label, result in comparison.items():
        point = _point(result, y, day) if label in comparison.results else None
        if point is None:
            missing += 1
            continue
        name = getattr(point[0], "long_name", "") or y
        other = ", ".join(comparison.rows[label][key] for key in keys if key != x)
        lines.setdefault(other, []).append((comparison.value_of(label, x), point))
    if not lines:
        raise ValueError(f"no row has a value of {y}")
    ax = _axes(ax)
    unit = ""
    for k, (other, points) in enumerate(lines.items()):
        xs, ys = zip(*points)
        x_unit = xs[0].people if isinstance(xs[0], _Quantity) else ""
        if isinstance(ys[0][0], _Quantity):
            unit = ys[0][0].people
        to = [float(v.to(x_unit)) if isinstance(v, _Quantity) else v for v in xs]
        shown = [[None if v is None else float(v.to(unit)) if isinstance(v, _Quantity) else v for v in y] for y in ys]
        style = dict(color=_COLOURS[k % len(_COLOURS)], linestyle=_STYLES[k // len(_COLOURS) % len(_STYLES)])
        ax.plot(to, [value for value, _, _ in shown], marker="o", label=other or None, **style)
        if all(low is not None for _, low, _ in shown):
            ax.fill_between(to, [low for _, low, _ in shown], [high for _, _, high in shown], color=style["color"], alpha=0.15, linewidth=0)
    when = "" if day is None else f" on day {day:g}"
    ax.set(xlabel=_label(x, x_unit), ylabel=_label(name + when, unit),
           title=f"{missing} of {len(comparison)} without a value" if missing else "")
    if len(lines) > 1:
        ax.legend(title=", ".join(key for key in keys if key != x), fontsize="small")
    return ax


def overlay(overlay, ax=None):
    """A measured curve beside the model, the misfit above. Returns the axes."""
    ax = _axes(ax)
    x_people, y_people = overlay._x_people, overlay._y_people
    for x, y, style, label in ((overlay.model_at, overlay.model, "-", "model"), (overlay.at, overlay.measured, "o", "measured")):
        ax.plot(_converted(_np.asarray(x), x.unit, x_people), _converted(_np.asarray(y), y.unit, y_people), style,
                color=_COLOURS[0 if label == "model" else 1], label=label)
    # The model may go far beyond what was measured.
    reach = 1.15 * _converted(float(overlay.at.max()), overlay.at.unit, x_people)
    if 0.0 < reach < ax.get_xlim()[1]:
        shown = _np.asarray(overlay.model)[_np.asarray(overlay.model_at) <= _converted(reach, x_people, overlay.at.unit)]
        top = 1.1 * max(float(overlay.measured.max()), float(shown.max()) if shown.size else 0.0)
        ax.set(xlim=(None, reach))
        if top > 0.0:
            ax.set(ylim=(None, _converted(top, overlay.measured.unit, y_people)))
    m = overlay.misfit
    beyond = f"; {m.outside} of {m.inside + m.outside} points beyond the model's curve" if m.outside else ""
    off = f" ({100.0 * float(m.relative):.3g} % of the measured)" if m.relative is not None else ""
    title = f"off by {m.rms}{off}, root mean square{beyond}" if m.rms is not None else "no measured point lies within the model's curve"
    ax.set(xlabel=_label(_words(overlay.x), x_people), ylabel=_label(_words(overlay.y), y_people))
    ax.set_title(title, fontsize="medium")
    ax.legend()
    return ax


def sensitivity(sensitivity, ax=None, least=0.01):
    """Shares of an outcome's variance that constants take, with all in which they have a part and alone, with 95 % intervals, the
    largest at the top; those of which the total is below least are left out and counted. Returns the axes.
    """
    shown = [name for name, share in sensitivity.total.items() if share.value >= least][::-1]
    if not shown:
        raise ValueError(f"no constant has a total index of {least:g} or more")
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(6.4, 1.2 + 0.34 * len(shown)), layout="constrained")[1]
    height, places = 0.38, _np.arange(len(shown))
    for shift, colour, indices, label in ((0.5, _COLOURS[0], sensitivity.total, "with all it has part in"),
                                          (-0.5, _COLOURS[4], sensitivity.first, "alone")):
        shares = [indices[name] for name in shown]
        values = _np.array([share.value for share in shares])
        around = _np.abs(_np.array([[share.low for share in shares], [share.high for share in shares]]) - values)
        ax.barh(places + shift * height, values, height, xerr=around, color=colour, label=label, error_kw=dict(ecolor="#333333", capsize=2, lw=1))
    left = len(sensitivity.total) - len(shown)
    what = _words(sensitivity.of) + ("" if sensitivity.day is None else f" on day {sensitivity.day:g}")
    ax.set_yticks(places, [name.replace("_", " ") for name in shown])
    ax.set(xlabel="share of the variance, bars of 95 %", xlim=(min(0.0, ax.get_xlim()[0]), None))
    ax.set_title(what + (f"; {left} constants below {least:g} left out" if left else ""), fontsize="medium")
    ax.legend(fontsize="small", loc="lower right")
    return ax


def sizing(sizing):
    """Depth, density of channels and load over the passes of the front, each beside its limit; the device chosen is ringed.

    Returns the list of the axes.
    """
    axes = _grid(3)
    limits = sizing.limits
    passes = [point["design"]["passes"] for point in sizing.front]
    for ax, (part, name, unit, limit) in zip(axes, (("run", "depth", "mm", "depth"), ("run", "density", "1/cm^2", "density"),
                                                    ("design", "load", "N", "most_load"))):
        values = [float(point[part][name].to(unit)) for point in sizing.front]
        ax.plot(passes, values, marker="o", color=_COLOURS[0])
        best = float((sizing.reaches if part == "run" else sizing.design)[name].to(unit))
        ax.plot([sizing.design["passes"]], [best], "o", markersize=12, markerfacecolor="none", color=_COLOURS[1], label="chosen")
        wanted = float(limits[limit]["wanted"].to(unit))
        if name == "depth":  # half the window, which the margin is measured from
            half = limits[limit]["margin"] * wanted + abs(best - wanted)
            ax.axhspan(wanted - half, wanted + half, color=_COLOURS[2], alpha=0.15, linewidth=0, label="wanted")
        else:
            ax.axhline(wanted, color="#777777", linestyle="--", label="least" if name == "density" else "most")
        ax.set(xlabel="passes", ylabel=_label(_words(name), unit), ylim=(0, 1.15 * max(*values, best, wanted)))
        ax.legend(fontsize="small", loc="lower right" if name != "load" else "lower left")
    return axes
