"""The Swedish catalogue: complete for what pages, key figures, tables, errors and checks say, and without leftovers."""

import ast
import asyncio
import csv
import errno
import os
import re
import sys
import tomllib
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import messages
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from messages import EXEMPT, PACKAGE, PART, TEMPLATES, left_in_english

import hubmodel as hm
from hubmodel.case import scenario
from hubmodel.case.facility import Case, model_of
from hubmodel.case.reading import case_names, data_folder, read_toml
from hubmodel.case.scenario import apply_toml
from hubmodel.cli import app
from hubmodel.dashboard import state
from hubmodel.dashboard.pages import PAGES
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk
from hubmodel.engine import words
from hubmodel.output.charts import REVENUE_LINES
from hubmodel.output.excel.reading import read_workbook
from hubmodel.pricing.shown import CURRENCY, SECTIONS
from hubmodel.study import tables
from hubmodel.study.checks import checks_of
from hubmodel.study.figures import LINE_FIGURES
from hubmodel.study.result import PLAUSIBLE, Evaluation
from hubmodel.text import language
from hubmodel.text.language import catalogue, label, said, text
from hubmodel.text.numbers import parse_number
from tests.conftest import in_a_thread

SOURCES = sorted(Path(hm.__file__).parent.rglob("*.py"))
SWEDISH, MESSAGES = catalogue("sv"), catalogue("sv", "message")
CASES = [hm.load(name) for name in case_names()]
NORTHX = hm.load("northx")


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
QUOTE = model_of(("quote",))
IN_QUOTES = sorted({label(name) for name in (*QUOTE.lines, *QUOTE.inputs)} | SECTIONS.keys() | CURRENCY.keys())
NAMES = {label(name) for case in CASES for name in (*case.model.lines, *case.by_key)} | set(IN_QUOTES)
CHECKS = sorted(
    {one.title() for case in CASES for one in hm.run(case, solved=False).checks if not one.name.startswith(PLAUSIBLE)}
)
OPTIONS = {option for case in CASES for options in case.choices.values() for option in options}
WORDS = {word.replace("_", " ") for word in vars(words)}


SHOWN = {"texts": TEXTS, "figures": FIGURES, "tables": IN_TABLES, "levers": LEVERS}
SHOWN |= {"checks": CHECKS, "quotes": IN_QUOTES}


@pytest.mark.parametrize("what", SHOWN.values(), ids=SHOWN)
def test_every_shown_text_is_in_the_catalogue(what: list[str]) -> None:
    assert len(what) > 5
    assert [one for one in what if one not in SWEDISH] == []


def test_what_is_looked_up_by_a_variable_is_in_the_catalogue() -> None:
    grades = ("documented", "published", "estimate", "assumption")
    views = {option for case in CASES for option in case.choices["view"]}
    reasons = {why for _, why in LINE_FIGURES.values() if why}
    assert [one for one in (*grades, *sorted(views | reasons), *REVENUE_LINES.values()) if one not in SWEDISH] == []


def test_the_names_of_base_cases_are_in_the_catalogue() -> None:
    assert sorted({case.scenario for case in CASES} - SWEDISH.keys()) == []


def test_no_entry_is_left_over() -> None:
    assert sorted(SWEDISH.keys() - WRITTEN - NAMES - OPTIONS - WORDS - {*FIGURES, *CHECKS}) == []


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
    known = {("sv", ""): asked, ("sv", "message"): MESSAGES}
    monkeypatch.setattr(language, "catalogue", lambda wanted, context="": known.get((wanted, context), {}))
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
    data = {case.scenario, *case.members, *(row.note for row in case.rows)}
    assert sorted(asked.missing - own - data) == []


# ---- what data say of themselves ----


def _contents(case: Case) -> dict[str, dict[str, Any]]:
    """What can be said in two languages: the case, its scenarios, and the presets of conventions."""
    scenarios = {name: read_toml(scenario.scenario_path(case, name)) for name in scenario.scenario_names(case)}
    return {case.name: dict(case.words), **scenarios, **read_toml(data_folder() / "conventions.toml")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_data_say_in_swedish_what_they_say_in_english(case: Case) -> None:
    texts = {"title", "why", "summary", "remarks"}
    contents = _contents(case)
    lacking = {name: {one for one in texts & content.keys() if one + "_sv" not in content}
               for name, content in contents.items()}  # fmt: skip
    assert len(contents) > 10
    assert {name: one for name, one in lacking.items() if one} == {}
    numbers = {
        name: [(content[one], content[one + "_sv"]) for one in texts & content.keys()
               if re.findall(r"\d+", str(content[one])) != re.findall(r"\d+", str(content[one + "_sv"]))]
        for name, content in contents.items()
    }  # fmt: skip
    assert {name: one for name, one in numbers.items() if one} == {}


def test_data_are_read_in_the_language_that_is_asked_for() -> None:
    assert scenario.title_of(NORTHX, "without-grant", "sv")[0] == "Utan bidrag"
    assert hm.presets("sv")["excel"].title == "NETNUVÄRDE i Excel"
    assert NORTHX.told("title", "sv").startswith("Innovationshubb")
    assert hm.run(NORTHX, solved=False).card("sv")["FNPV(K)"].startswith("inget eget mått")


def test_data_without_swedish_stay_english(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "Mine"\n[set]\n', encoding="utf-8")
    assert scenario.title_of(NORTHX, str(file), "sv") == ("Mine", "")
    assert replace(NORTHX, words={"title": "Mine"}).told("title", "sv") == "Mine"


# ---- messages: errors, checks, why a figure has no value ----


def _refused(action: Any, *given: Any) -> str:
    try:
        action(*given)
    except Exception as error:
        return str(error)
    return ""


def _usage(*words: str) -> str:
    try:
        app(words, standalone_mode=False)
    except Exception as error:
        return str(error.format_message())
    return ""


# What others say: the reader of the command line, Python's readers of TOML, CSV and ZIP, and the operating system.
OTHERS = {
    "{1} (at line {2}, column {3})": _refused(tomllib.loads, "a = 1\nb\nc = 2"),
    "{1} (at end of document)": _refused(tomllib.loads, "a = "),
    "No such option: {1}": _usage("run", "--bogus"),
    "{1} (Possible options: {2})": _usage("run", "--scenari", "x"),
    "No such command {1!r}.": _usage("frobnicate"),
    "No such command {1!r}. Did you mean {2!r}?": _usage("chek"),
    "Invalid value for {1!r}: {2}": _usage("explain", "revenue", "--depth", "deep"),
    "Input should be a valid integer, unable to parse string as an integer": _usage("explain", "x", "--depth", "deep")
    .partition(": ")[2],
    "Missing argument {1!r}.": _usage("import"),
    "Option {1!r} requires an argument.": _usage("run", "--scenario"),
    "Got unexpected extra argument(s) ({1})": _usage("new", "a", "b"),
    "File is not a zip file": _refused(zipfile.ZipFile, BytesIO(b"PK")),
    "unexpected end of data": _refused(list, csv.reader(['"a'], strict=True)),
    "{1!r} expected after {2!r}": _refused(list, csv.reader(['"a"b'], strict=True)),
    **{os.strerror(one): os.strerror(one)
       for one in (errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOENT, errno.ENOSPC)},
}  # fmt: skip
WITH_PARTS = [one for one in [*TEMPLATES, *OTHERS] if PART.search(one)]
PARTS = ("commercial_margin", "12.5", "Matfors mRNA suite", "data/northx/pricing.csv")


def _filled(template: str, *parts: str) -> str:
    """A message made from a template: the parts in their turn, in quotes where the template has them so."""
    return PART.sub(lambda place: repr(parts[at(place)]) if "!" in place[0] else parts[at(place)], template)


def at(place: re.Match[str]) -> int:
    return (int(place[0].strip("{}!r")) - 1) % len(PARTS)


def test_every_message_is_in_the_catalogue() -> None:
    assert len(TEMPLATES) > 200
    assert [one for one in TEMPLATES if one not in MESSAGES and one not in SWEDISH] == []


def test_no_message_is_left_over() -> None:
    assert sorted(MESSAGES.keys() - TEMPLATES - OTHERS.keys()) == []


def test_modules_without_swedish_messages_are_there() -> None:
    assert [one for one in EXEMPT if not (PACKAGE / one).exists()] == []


@pytest.mark.parametrize("template", OTHERS)
def test_what_others_say_is_still_known(template: str) -> None:
    assert said(OTHERS[template], "sv") not in ("", OTHERS[template])


def test_parts_of_messages_agree() -> None:
    assert [one for one, own in MESSAGES.items() if sorted(PART.findall(one)) != sorted(PART.findall(own))] == []
    counted = {one: [at(place) for place in PART.finditer(one)] for one in WITH_PARTS}
    assert [one for one, places in counted.items() if places != [n % len(PARTS) for n in range(len(places))]] == []


@pytest.mark.parametrize("template", WITH_PARTS)
def test_a_message_keeps_its_parts(template: str) -> None:
    for turn in range(len(PARTS)):
        parts = (*PARTS[turn:], *PARTS[:turn])
        assert said(_filled(template, *parts), "sv") == _filled(MESSAGES[template], *parts)


PLAIN = [one for one in TEMPLATES if not PART.search(one) and one in MESSAGES]
EVERY = [*PLAIN, *(_filled(one, *PARTS) for one in WITH_PARTS)]


def test_a_place_before_a_message_stays() -> None:
    assert [one for one in EVERY if said(f"mine.toml: x: {one}", "sv") != f"mine.toml: x: {said(one, 'sv')}"] == []


def test_english_is_as_it_was_written() -> None:
    assert [one for one in EVERY if said(one) != one or said(one, "fr") != one] == []


def test_what_no_template_fits_stays_english() -> None:
    assert said("the sky is not a number: it is blue", "sv") == "the sky is not a number: it is blue"
    assert said("", "sv") == ""


def test_what_was_typed_is_never_translated() -> None:
    message = """no input 'none'; did you mean "the hub's" or 'export the case again'?"""
    assert said(message, "sv") == """indata 'none' finns inte; menade du "the hub's" eller 'export the case again'?"""


def test_a_name_that_is_also_a_word_stays() -> None:
    # period is an input, and a text of the page
    assert (
        said("period must be one of month, year, got 'x'", "sv") == "period måste vara något av month, year, inte 'x'"
    )


@given(some.text(max_size=300) | some.lists(some.sampled_from(EVERY), max_size=4).map(": ".join))
def test_nothing_that_is_said_is_ever_lost(message: str) -> None:
    assert said(message, "sv").count("\n") == message.count("\n")
    assert sorted(re.findall(r"\d", said(message, "sv"))) == sorted(re.findall(r"\d", message))


IDLE = NORTHX.with_({"volume_factor": 0.0})
HEARD = {
    "a number": (
        lambda: parse_number("1,250", "SEK"),
        "'1,250' kan betyda 1250 eller 1.250; skriv 1250 eller 1.2500",
    ),
    "a case": (lambda: hm.load("nortx"), "fall 'nortx' finns inte; menade du 'northx'?"),
    "a member": (
        lambda: NORTHX.with_({"opening_delay[mRNA]": 1}),
        "rad i opening_delay 'mRNA' finns inte; tillgängliga: Matfors, Stockholm",
    ),
    "a member of what has none": (
        lambda: NORTHX.with_({"tax_rate[mRNA]": 1}),
        "rad i tax_rate 'mRNA' finns inte; tillgängliga: inga",
    ),
    "a rule of a row": (
        lambda: NORTHX.with_({"tax_rate": 35.0}),
        "tax_rate måste vara en andel mellan 0 och 1, inte 35; skriv 35 % som 0.35",
    ),
    "a file, and in it an option": (
        lambda: apply_toml(NORTHX, {"set": {"view": {"value": "tody", "reason": "why"}}}, "mine.toml"),
        "mine.toml: alternativ för view 'tody' finns inte; menade du 'today'?",
    ),
    "a file of no kind": (
        lambda: read_workbook(b"PK\x03\x04", "", NORTHX),
        "arbetsboken: är skadad (filen är ingen zip-fil); exportera igen",
    ),
    "two conflicts, a line each": (
        lambda: hm.run(NORTHX.with_({"view": "today", "undiscounted_date": "first_period", "first_year": "half"})),
        "view=today, undiscounted_date=first_period går inte ihop: det som ligger före i dag är redan nedlagt, så "
        "värdet kan inte dateras till kalenderns början; sätt undiscounted_date=view, eller välj en annan vy\n"
        "tax_depreciation_method=swedish, first_year=half går inte ihop: de svenska reglerna ger ett helt första år; "
        "sätt first_year=whole, eller välj en annan tax_depreciation_method",
    ),
    "a goal": (
        # Table 1 adds up to 111.4 MSEK whatever the margin, whose range is 17 to 32 %
        lambda: hm.solve(NORTHX, {"total_investment": 1e8}, by="commercial_margin"),
        "inget värde på commercial_margin mellan 0.17 och 0.32 share ger total_investment = 100.0 miljoner: det blir "
        "111.4 miljoner vid 0.17 och 111.4 miljoner vid 0.32; ändra även en annan indata, eller vidga radens intervall",
    ),
    "draws without a value, and why": (
        lambda: hm.simulate(IDLE, 2, figures=["payback_years"]).summary("payback_years"),
        "payback_years saknar värde i alla 2 dragningar: det ackumulerade flödet är negativt när kalendern slutar",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("refused", "swedish"), HEARD.values(), ids=HEARD)
def test_what_is_refused_is_said_in_swedish(refused: Any, swedish: str) -> None:
    with pytest.raises(hm.HubmodelError) as error:
        refused()
    assert said(str(error.value), "sv") == swedish


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_why_a_figure_has_no_value_is_said_in_swedish(case: Any) -> None:
    poor = hm.run(case.with_({"volume_factor": 0.01}))
    whys = {one.why for one in poor.key_figures.values() if one.why}
    assert len(whys) > 2
    assert [one for one in whys if said(one, "sv") == one or left_in_english(one)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_check_that_fails_says_so_in_swedish(case: Any) -> None:
    result = hm.run(case, solved=False)
    spoilt = Evaluation(
        case, {name: line * np.nan if name != "year_ends" else line for name, line in result.values.items()}
    )
    messages = [one.message.partition(": ")[0] for one in checks_of(spoilt) if one.message]  # behind it a note of data
    assert len(messages) > 8
    assert [one for one in messages if left_in_english(one)] == []


# of a page: what translates, or hands on to it
SHOWS = {"said", "refuse", "_refuse", "show_failure", "on_failed", "tell"}
AT_THE_START = {"failure"}  # the page's language is not known yet


def test_no_page_shows_an_error_as_it_was_raised() -> None:
    raw = []
    for path in (PACKAGE / "dashboard").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
        kept = {given for call in calls if messages.called(call) in SHOWS | AT_THE_START for given in call.args}
        raised = {"line_for(error)"} if path.name == "net.py" else {"str(error)", "line_for(error)"}  # it words errors
        errors = [one for one in calls if ast.unparse(one) in raised]
        raw += [f"{path.name} line {one.lineno}" for one in errors if one not in kept]
    assert raw == []
