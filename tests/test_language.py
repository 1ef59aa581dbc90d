"""The Swedish catalogue: complete for what pages, key figures and tables show, and without leftovers."""

import ast
import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import hubmodel as hm
from hubmodel import language, scenario, tables, words
from hubmodel.assumptions import case_names
from hubmodel.charts import REVENUE_LINES
from hubmodel.dashboard import state
from hubmodel.dashboard.pages import PAGES
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk
from hubmodel.key_figures import LINE_FIGURES
from hubmodel.language import catalogue, label, text
from hubmodel.phrases import PLAUSIBLE, check_title
from tests.conftest import in_a_thread

SOURCES = sorted(Path(hm.__file__).parent.rglob("*.py"))
SWEDISH = catalogue("sv")
CASES = [hm.load(name) for name in case_names()]


def strings(tree: ast.AST) -> set[str]:
    """Every literal with a word in it, adjacent ones joined as Python does."""
    found = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {one for one in found if re.search("[A-Za-z]{2}", one)}


def called(tree: ast.AST) -> set[str]:
    """Every literal in the first argument of text(…) or page._(…)."""
    out: set[str] = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            out |= strings(call.args[0]) if name in ("text", "_") else set()
    return out


TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
TEXTS = sorted(set().union(*map(called, TREES)))
WRITTEN = set().union(*map(strings, TREES))
FIGURES = sorted({one.label.partition(", ")[0] for case in CASES for one in hm.run(case).key_figures.values()})
IN_TABLES = sorted(
    {
        label(line)
        for case in CASES
        for name in tables.TABLES
        for line, _, _ in tables.entries(name, case.model.ingredients)
    }
)
LEVERS = sorted({label(name.partition("[")[0]) for case in CASES for name in case.levers})
NAMES = {label(name) for case in CASES for name in (*case.model.lines, *case.by_key)}
SAID = {said for case in CASES for said in (case.title, case.summary)}
SAID |= {scenario.title_of(case, name)[0] for case in CASES for name in scenario.scenario_names(case)}
CHECKS = sorted(
    {
        check_title(one)
        for case in CASES
        for one in hm.run(case, solved=False).checks
        if not one.name.startswith(PLAUSIBLE)
    }
)
OPTIONS = {option for case in CASES for options in case.choices.values() for option in options}
WORDS = {word.replace("_", " ") for word in vars(words)}


@pytest.mark.parametrize(
    "what", [TEXTS, FIGURES, IN_TABLES, LEVERS, CHECKS], ids=["texts", "figures", "tables", "levers", "checks"]
)
def test_every_shown_text_is_in_the_catalogue(what: list[str]) -> None:
    assert len(what) > 5
    assert [one for one in what if one not in SWEDISH] == []


def test_what_a_case_says_of_itself_is_in_the_catalogue() -> None:
    assert sorted(SAID - SWEDISH.keys()) == []
    assert sorted({case.scenario for case in CASES} - SWEDISH.keys()) == []


def test_what_is_looked_up_by_a_variable_is_in_the_catalogue() -> None:
    grades = ("documented", "published", "estimate", "assumption")
    views = {option for case in CASES for option in case.choices["view"]}
    reasons = {why for _, why in LINE_FIGURES.values() if why}
    assert [one for one in (*grades, *sorted(views | reasons), *REVENUE_LINES.values()) if one not in SWEDISH] == []


def test_no_entry_is_left_over() -> None:
    assert sorted(SWEDISH.keys() - WRITTEN - NAMES - OPTIONS - WORDS - SAID - {*FIGURES, *CHECKS}) == []


def test_placeholders_agree() -> None:
    def places(message: str) -> list[str]:
        return sorted(re.findall(r"\{.*?\}", message))

    assert [one for one, swedish in SWEDISH.items() if places(one) != places(swedish)] == []


def test_case_and_ends_agree() -> None:
    # a label begins with a capital in both languages, a word inside a sentence in neither; full stops are kept
    def shape(message: str) -> tuple[bool, bool]:
        return message[0].isupper(), message[-1] == "."

    money = {"MSEK", "MSEK, nominal"}
    starts = [one for one, swedish in SWEDISH.items() if one not in money and shape(one) != shape(swedish)]
    assert [one for one in starts if one[0] != "{"] == []


def test_a_text_without_translation_stays_english() -> None:
    assert text("No such text.", "sv") == "No such text."


def test_a_figure_of_a_site_keeps_the_sites_name() -> None:
    figure = hm.run(hm.load("northx"), solved=False).key_figures["aid_intensity_matfors"]
    assert figure.title("sv") == "Stödnivå, Matfors"


def test_the_answer_in_swedish() -> None:
    study = hm.run(hm.load("northx"), solved=False)
    said = study.answer("sv")
    assert said.startswith("Sett från 2021-10 (vy: beslut) ")
    assert "mnkr" in said
    assert "MSEK" not in said


class Asked(dict[str, str]):
    """A catalogue that keeps what was asked for in vain."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.missing: set[str] = set()

    def get(self, message: str, default: str = "") -> str:  # type: ignore[override]
        if message not in self and re.search("[A-Za-z]{2}", message):
            self.missing.add(message)
        return super().get(message, default)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_text_that_a_swedish_page_looks_up_is_in_the_catalogue(
    case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(SWEDISH)
    monkeypatch.setattr(language, "catalogue", lambda wanted: asked if wanted == "sv" else {})
    shell = Shell(Desk(case), PAGES, "sv")
    monkeypatch.setattr(state, "background", lambda work: in_a_thread(lambda: asyncio.run(work)))
    for module in {build.__module__ for _, build, _ in PAGES.values()}:
        if hasattr(sys.modules[module], "background"):
            monkeypatch.setattr(sys.modules[module], "background", lambda work: in_a_thread(lambda: asyncio.run(work)))
    shell.open("overview")
    shell.desk.start()
    for name in PAGES:
        shell.open(name)
    own = {label(name) for name in (*case.model.lines, *case.by_key, *case.inputs)}  # labels of lines may stay English
    data = {case.scenario, case.title, *case.members, *(row.note for row in case.rows)}
    assert sorted(asked.missing - own - data) == []
