"""What a case would report under others' conventions: named presets, and each convention by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hubmodel.case.facility import Case, Override
from hubmodel.case.reading import data_folder, read_toml
from hubmodel.errors import InputError, SolveError, UnknownName
from hubmodel.study.conventions import WORDS, conflicts, refuse_conflicts
from hubmodel.study.result import evaluate
from hubmodel.study.solve import possible, row_of, solve
from hubmodel.text.language import text, told
from hubmodel.text.numbers import format_value

SAME = 1e-9  # what rounding may leave, relative to the value


@dataclass(frozen=True)
class Preset:
    """The conventions of another tool or custom: what it would set, and what that does, in one line."""

    name: str
    title: str
    why: str
    changes: Mapping[str, str | float]


def presets(language: str = "en") -> dict[str, Preset]:
    """Return the named presets of data/conventions.toml, in the order of the file.

    >>> presets()["excel"].changes["discounting"]
    'end'
    """
    content: dict[str, Any] = read_toml(data_folder() / "conventions.toml")
    return {
        name: Preset(name, told(one, "title", language), told(one, "why", language), one["set"])
        for name, one in content.items()
    }


def apply_preset(case: Case, preset: str) -> Case:
    """Return a case under the conventions of a preset.

    Raises
    ------
    UnknownName
        for a preset that does not exist, or a choice that the case does not have.
    """
    known = presets()
    if preset not in known:
        raise UnknownName.of("preset of conventions", preset, known)
    one = known[preset]
    return case.with_overrides(tuple(Override(key, value, one.title) for key, value in one.changes.items()), preset)


@dataclass(frozen=True)
class Reported:
    """What one set of conventions makes of a case; values in the engine's unit, None where there is none."""

    name: str
    title: str
    net_present_value: float
    internal_rate_of_return: float | None
    break_even: float | None
    difference: float
    why: str
    changes: Mapping[str, str | float]


def lever_of(case: Case) -> str:
    """Return the input whose break-even is shown unless another is asked for: the first lever of the case."""
    if not case.levers:
        raise InputError("{case}/case.toml names no levers; name one, or say which input with --by", case=case.name)
    return case.levers[0]


def compare_presets(case: Case, by: str = "", *, language: str = "en") -> list[Reported]:
    """Return what a case reports under its own conventions and under every preset.

    Parameters
    ----------
    case
        the case.
    by
        the input whose break-even is sought, ``key`` or ``key[row]``; the case's first lever if not given.
    language
        of titles and whys.

    Returns
    -------
    The case's own first: net present value [SEK], internal rate of return [1/year], the value of `by` at which the
    net present value is zero [unit of its rows], and the difference to the case's own value [SEK].
    """
    by = by or lever_of(case)
    own = _reported(case, Preset("own", text("This case", language), "", {}), by, None)
    return [own, *(_reported(apply_preset(case, name), one, by, own) for name, one in presets(language).items())]


def _reported(case: Case, preset: Preset, by: str, own: Reported | None) -> Reported:
    refuse_conflicts(case)
    lines = evaluate(case, ["net_present_value", "internal_rate_of_return"])
    value, rate = float(lines["net_present_value"]), float(lines["internal_rate_of_return"])
    _, row = row_of(case, by)
    try:
        break_even: float | None = solve(case, {"net_present_value": 0.0}, by=by, within=possible(row)).value
    except SolveError:
        break_even = None
    return Reported(
        preset.name,
        preset.title,
        value,
        rate if rate == rate else None,
        break_even,
        value - own.net_present_value if own else 0.0,
        preset.why,
        preset.changes,
    )


def explained(one: Reported, language: str = "en") -> str:
    """Return why a preset's value differs, in one line."""
    if abs(one.difference) < SAME * max(1.0, abs(one.net_present_value)):
        said = text("no difference", language)
    else:
        said = ("+" if one.difference > 0 else "") + format_value(one.difference, "SEK", language)
    return f"{said}: {one.why}"


@dataclass(frozen=True)
class Alone:
    """What one convention does by itself: another option of one choice, everything else as it is."""

    key: str
    option: str
    net_present_value: float
    difference: float


def vary_conventions(case: Case) -> list[Alone]:
    """Return what every other option of every convention does to a case by itself, the largest difference first.

    Options that cannot hold together with what else the case has chosen are left out; values in SEK.
    """
    own = float(evaluate(case, ["net_present_value"])["net_present_value"])
    out = []
    for key in WORDS:
        for option in case.choices[key]:
            one = case.with_({key: option}, "to see what the convention does")
            if option != case.chosen(key) and not conflicts(one):
                value = float(evaluate(one, ["net_present_value"])["net_present_value"])
                out.append(Alone(key, option, value, value - own))
    return sorted(out, key=lambda one: -abs(one.difference))
