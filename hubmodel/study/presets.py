"""A case under other conventions: named presets, and each convention varied by itself."""

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
from hubmodel.text.language import in_language, text
from hubmodel.text.numbers import format_value

SAME = 1e-9  # tolerance for rounding, relative to the value


@dataclass(frozen=True)
class Preset:
    """The conventions of another tool or practice: the choices it makes, and a line on what they do."""

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
        name: Preset(name, in_language(entry, "title", language), in_language(entry, "why", language), entry["set"])
        for name, entry in content.items()
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
    title, changes = known[preset].title, known[preset].changes
    return case.with_overrides(tuple(Override(key, value, title) for key, value in changes.items()), preset)


@dataclass(frozen=True)
class Reported:
    """What a case reports under a set of conventions; values in the engine's unit, None where there is none."""

    name: str
    title: str
    net_present_value: float
    internal_rate_of_return: float | None
    break_even: float | None
    difference: float
    why: str
    changes: Mapping[str, str | float]


def lever_of(case: Case) -> str:
    """Return the first lever of a case: the input whose break-even is shown by default."""
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
        the input whose break-even to find, ``key`` or ``key[row]``; the first lever of the case if not given.
    language
        of the titles and reasons.

    Returns
    -------
    A row for the case's own conventions, then one for each preset: net present value [SEK], internal rate of return
    [1/year], the value of `by` at which the net present value is zero [unit of its rows], and the difference to the
    net present value under its own conventions [SEK].
    """
    by = by or lever_of(case)
    own = _reported(case, Preset("own", text("This case", language), "", {}), by, None)
    return [own, *(_reported(apply_preset(case, name), preset, by, own) for name, preset in presets(language).items())]


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


def explained(reported: Reported, language: str = "en") -> str:
    """Return the difference that a preset makes and the reason, in one line."""
    if abs(reported.difference) < SAME * max(1.0, abs(reported.net_present_value)):
        difference = text("no difference", language)
    else:
        sign = "+" if reported.difference > 0 else ""
        difference = sign + format_value(reported.difference, "SEK", language)
    return f"{difference}: {reported.why}"


@dataclass(frozen=True)
class Alone:
    """The effect of another option of one convention, all else unchanged."""

    key: str
    option: str
    net_present_value: float
    difference: float


def vary_conventions(case: Case) -> list[Alone]:
    """Return the effect on net present value [SEK] of every other option of every convention, the largest first.

    Options in conflict with other conventions of the case are left out.
    """
    own = float(evaluate(case, ["net_present_value"])["net_present_value"])
    out = []
    for key in WORDS:
        for option in case.choices[key]:
            varied = case.with_({key: option}, "to see what the convention does")
            if option != case.chosen(key) and not conflicts(varied):
                value = float(evaluate(varied, ["net_present_value"])["net_present_value"])
                out.append(Alone(key, option, value, value - own))
    return sorted(out, key=lambda alone: -abs(alone.difference))
