"""Scenarios: named changes to a case, each with its reason, as TOML, as objects and as the query of an address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hubmodel.case.facility import Case, Override
from hubmodel.case.files import write_whole
from hubmodel.case.quote_terms import Quote, quote_of
from hubmodel.case.reading import read_toml
from hubmodel.errors import HubmodelError, InputError, UnknownName
from hubmodel.text.language import LANGUAGES, in_language, text
from hubmodel.text.names import all_canonical, refuse_unknown

TEXTS = ("title", "why")  # of a scenario; title_sv and so on in other languages
KNOWN = ("set", "quote", *TEXTS, *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES))
IN_A_CHANGE = ("value", "reason")


def scenario_names(case: Case) -> list[str]:
    """Return the names of the scenarios shipped with a case."""
    return sorted(path.stem for path in (case.folder / "scenarios").glob("*.toml"))


def scenario_path(case: Case, name: str) -> Path:
    """Return the file of a scenario, given the name of a shipped one or the path of a TOML file."""
    if name.endswith(".toml"):
        return Path(name)
    if name not in scenario_names(case):
        raise UnknownName.of("scenario", name, scenario_names(case))
    return case.folder / "scenarios" / f"{name}.toml"


def title_of(case: Case, name: str, language: str = "en") -> tuple[str, str]:
    """Return the title of a scenario and why it is of interest, in a language or else in English."""
    content = {"title": name, "why": "", **read_toml(scenario_path(case, name))}
    return str(in_language(content, "title", language)), str(in_language(content, "why", language))


def apply_scenario(case: Case, name: str) -> Case:
    """Return a case with a scenario's changes.

    Raises
    ------
    UnknownName
        for a scenario or an input that does not exist; InputError for a change without a value or a reason.
    """
    path = scenario_path(case, name)
    return apply_toml(case, read_toml(path), path.name)


def titles_of(case: Case) -> dict[str, str]:
    """Return the title of a case's scenario by language; empty for the base case."""
    if case.scenario == (case.base or case).scenario:
        return {}
    if case.scenario not in scenario_names(case):
        return {language: text(case.scenario, language) for language in LANGUAGES}
    titles = {language: title_of(case, case.scenario, language)[0] for language in LANGUAGES}
    shipped = apply_scenario(case.base or case, case.scenario).overrides
    if _values(shipped) == _values(case.overrides):
        return titles
    changed = {language: text("{scenario}, with own changes", language) for language in LANGUAGES}
    return {language: changed[language].format(scenario=title) for language, title in titles.items()}


def _values(overrides: Iterable[Override]) -> dict[str, float | str]:
    return {override.name: override.value for override in overrides}


def apply_toml(case: Case, content: Mapping[str, Any], name: str) -> Case:
    """Return a case with the changes and quotes of a scenario file's content; `name` is the name of the file."""
    content = all_canonical(content)
    for key in content:
        if key.partition("[")[0] in case.by_key:
            raise InputError("{file}: {key} stands above the changes; write it below [set]", file=name, key=key)
    refuse_unknown(name, "key of a scenario", content, KNOWN)
    overrides = tuple(_changes(content.get("set", {}), name))
    try:
        changed = case.with_overrides(overrides, scenario=name.removesuffix(".toml"))
        quotes = quotes_in(content)
    except HubmodelError as error:
        raise type(error)("{place}: {problem}", place=name, problem=error.message) from None
    return changed.with_quotes(quotes) if quotes else changed


def _changes(changes: Any, name: str) -> Iterator[Override]:
    if not isinstance(changes, dict):
        raise InputError(
            "{file}: set must be a table of changes, got {value!r}; write [set] above them", file=name, value=changes
        )
    for key, change in changes.items():
        if not isinstance(change, dict) or "value" not in change or not change.get("reason"):
            raise InputError('{file}: {key} needs {{ value = …, reason = "…" }}; say both', file=name, key=key)
        refuse_unknown(f"{name}: {key}", "key of a change", change, IN_A_CHANGE)
        value = change["value"]
        yield Override(key, str(value) if isinstance(value, date) else value, str(change["reason"]))


def quotes_in(content: Mapping[str, Any]) -> tuple[Quote, ...]:
    """Return the quotes of a scenario file's content: its ``[[quote]]`` tables, each with a name and a reason.

    Raises
    ------
    InputError
        for a table that is no quote or has no reason, or two quotes of one name; UnknownName for an unknown term.
    """
    tables, quotes = content.get("quote", []), dict[str, Quote]()
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError("quote must be tables of terms, got {value!r}; write [[quote]] above each", value=tables)
    for table in tables:
        quote = quote_of(table)
        if not quote.reason.strip():
            raise InputError("quote {quote!r}: lacks a reason; say why it is quoted", quote=quote.name)
        if quote.name in quotes:
            raise InputError("quote {quote!r}: stands twice; give each a name of its own", quote=quote.name)
        quotes[quote.name] = quote
    return tuple(quotes.values())


def to_toml(case: Case, title: str = "", why: str = "") -> str:
    """Return a case's changes and quotes as a scenario file."""
    lines = [f"title = {json.dumps(title or case.scenario, ensure_ascii=False)}"]
    lines += [f"why = {json.dumps(why, ensure_ascii=False)}", "", "[set]"]
    for override in case.overrides:
        name, value, reason = (
            json.dumps(part, ensure_ascii=False)
            for part in (override.name, override.value, override.reason or "set by hand, no reason given")
        )
        lines.append(f"{name} = {{ value = {value}, reason = {reason} }}")
    for quote in case.quotes:
        terms = {"name": quote.name, "reason": quote.reason or "quoted by hand, no reason given", **quote.terms}
        lines += ["", "[[quote]]", *(f"{key} = {json.dumps(term, ensure_ascii=False)}" for key, term in terms.items())]
    return "\n".join(lines) + "\n"


def write_scenario(case: Case, path: str | Path, *, title: str = "", why: str = "") -> None:
    """Write a case's changes to a scenario file, whole or not at all."""
    write_whole(path, to_toml(case, title, why))


def to_query(overrides: Iterable[Override]) -> str:
    """Write changes as the query of an address, without their reasons."""
    return urlencode([(override.name, str(override.value)) for override in overrides])


def from_query(query: str, reason: str = "from the address") -> tuple[Override, ...]:
    """Read the changes from the query of an address."""
    return tuple(Override(name, _plain(value), reason) for name, value in parse_qsl(query))


def _plain(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def differing_keys(case: Case, other: Case) -> list[str]:
    """Return the keys whose rows differ between two cases, in the order of the data."""
    return [
        key
        for key in case.by_key
        if [(row.row, row.period, row.value) for row in case.by_key[key]]
        != [(row.row, row.period, row.value) for row in other.by_key.get(key, ())]
    ]
