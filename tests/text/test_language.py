"""Swedish catalogue: complete for pages, key figures, tables, errors and checks, and without leftovers."""

import ast
import asyncio
import copy
import csv
import errno
import os
import pickle
import re
import sys
import tomllib
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from messages import (
    CALLS,
    EXEMPT,
    MODULES,
    PACKAGE,
    TEMPLATES,
    english_words,
    fields,
    has_text,
    is_composed,
    left_in_english,
    literals,
    template_of,
)

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
from hubmodel.errors import InputError, Message, UnknownName
from hubmodel.output.charts import REVENUE_LINES
from hubmodel.output.excel.reading import read_workbook
from hubmodel.pricing.shown import CURRENCY, SECTIONS
from hubmodel.study import tables
from hubmodel.study.checks import checks_of
from hubmodel.study.figures import LINE_FIGURES
from hubmodel.study.result import PLAUSIBLE, Evaluation
from hubmodel.text import language, third_party
from hubmodel.text.language import catalogue, label, text, translate
from hubmodel.text.numbers import parse_number
from hubmodel.text.third_party import third_party_message
from tests.conftest import in_a_thread

SOURCES = sorted(Path(hm.__file__).parent.rglob("*.py"))
SWEDISH, MESSAGES = catalogue("sv"), catalogue("sv", "message")
CASES = [hm.load(name) for name in case_names()]
NORTHX = hm.load("northx")


def strings(tree: ast.AST) -> set[str]:
    """Return all literals with a word in them; adjacent ones are joined, as Python does."""
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {literal for literal in found if re.search("[A-Za-z]{2}", literal)}


def called(tree: ast.AST) -> set[str]:
    """Return all literals in the first argument of text(…) or page._(…)."""
    out: set[str] = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            out |= strings(call.args[0]) if name in ("text", "_") else set()
    return out


TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
TEXTS = sorted(set().union(*map(called, TREES)))
WRITTEN = set().union(*map(strings, TREES))
FIGURES = sorted({figure.label.partition(", ")[0] for case in CASES for figure in hm.run(case).key_figures.values()})
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
    {
        check.title()
        for case in CASES
        for check in hm.run(case, solved=False).checks
        if not check.name.startswith(PLAUSIBLE)
    }
)
OPTIONS = {option for case in CASES for options in case.choices.values() for option in options}
WORDS = {word.replace("_", " ") for word in vars(words)}


SHOWN = {"texts": TEXTS, "figures": FIGURES, "tables": IN_TABLES, "levers": LEVERS}
SHOWN |= {"checks": CHECKS, "quotes": IN_QUOTES}


@pytest.mark.parametrize("what", SHOWN.values(), ids=SHOWN)
def test_every_shown_text_is_in_the_catalogue(what: list[str]) -> None:
    assert len(what) > 5
    assert [shown for shown in what if shown not in SWEDISH] == []


def test_what_is_looked_up_by_a_variable_is_in_the_catalogue() -> None:
    grades = ("documented", "published", "estimate", "assumption")
    views = {option for case in CASES for option in case.choices["view"]}
    reasons = {why for _, why in LINE_FIGURES.values() if why}
    shown = (*grades, *sorted(views | reasons), *REVENUE_LINES.values())
    assert [name for name in shown if name not in SWEDISH] == []


def test_the_names_of_base_cases_are_in_the_catalogue() -> None:
    assert sorted({case.scenario for case in CASES} - SWEDISH.keys()) == []


def test_no_entry_is_left_over() -> None:
    assert sorted(SWEDISH.keys() - WRITTEN - NAMES - OPTIONS - WORDS - {*FIGURES, *CHECKS}) == []


def test_placeholders_agree() -> None:
    def places(message: str) -> list[str]:
        return sorted(re.findall(r"\{.*?\}", message))

    assert [english for english, swedish in SWEDISH.items() if places(english) != places(swedish)] == []


def test_case_and_ends_agree() -> None:
    # a label begins with a capital in both languages, a word inside a sentence in neither; full stops are kept
    def shape(message: str) -> tuple[bool, bool]:
        return message[0].isupper(), message[-1] == "."

    money = {"MSEK", "MSEK, nominal"}
    pairs = [(english, swedish) for english, swedish in SWEDISH.items() if english not in money]
    differing = [english for english, swedish in pairs if shape(english) != shape(swedish)]
    assert [english for english in differing if english[0] != "{"] == []


def test_a_text_without_translation_stays_english() -> None:
    assert text("No such text.", "sv") == "No such text."


def test_a_figure_of_a_site_keeps_the_sites_name() -> None:
    figure = hm.run(hm.load("northx"), solved=False).key_figures["aid_intensity_matfors"]
    assert figure.title("sv") == "Stödnivå, Matfors"


class Asked(dict[str, str]):
    """A catalogue that records the texts it lacks."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.missing: set[str] = set()

    def get(self, message: str, default: str = "") -> str:  # type: ignore[override]
        if message not in self and has_text(message):
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


# ---- texts of the data ----


def _contents(case: Case) -> dict[str, dict[str, Any]]:
    """Return the texts of a case, its scenarios and the presets of conventions, by name."""
    scenarios = {name: read_toml(scenario.scenario_path(case, name)) for name in scenario.scenario_names(case)}
    return {case.name: dict(case.texts), **scenarios, **read_toml(data_folder() / "conventions.toml")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_data_say_in_swedish_what_they_say_in_english(case: Case) -> None:
    texts = {"title", "why", "summary", "remarks"}
    contents = _contents(case)
    lacking = {name: {key for key in texts & content.keys() if key + "_sv" not in content}
               for name, content in contents.items()}  # fmt: skip
    assert len(contents) > 10
    assert {name: keys for name, keys in lacking.items() if keys} == {}
    numbers = {
        name: [(content[key], content[key + "_sv"]) for key in texts & content.keys()
               if re.findall(r"\d+", str(content[key])) != re.findall(r"\d+", str(content[key + "_sv"]))]
        for name, content in contents.items()
    }  # fmt: skip
    assert {name: pairs for name, pairs in numbers.items() if pairs} == {}


def test_data_are_read_in_the_language_that_is_asked_for() -> None:
    assert scenario.title_of(NORTHX, "without-grant", "sv")[0] == "Utan bidrag"
    assert hm.presets("sv")["excel"].title == "NETNUVÄRDE i Excel"
    assert NORTHX.text_of("title", "sv").startswith("Innovationshubb")
    assert hm.run(NORTHX, solved=False).card("sv")["FNPV(K)"].startswith("inget eget mått")


def test_data_without_swedish_stay_english(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "Mine"\n[set]\n', encoding="utf-8")
    assert scenario.title_of(NORTHX, str(file), "sv") == ("Mine", "")
    assert replace(NORTHX, texts={"title": "Mine"}).text_of("title", "sv") == "Mine"


# ---- messages: errors, checks, why a figure has no value ----


def _refusal(action: Any, *arguments: Any) -> str:
    try:
        action(*arguments)
    except Exception as error:
        return str(error)
    return ""


def _usage(*arguments: str) -> str:
    try:
        app(arguments, standalone_mode=False)
    except Exception as error:
        return str(error.format_message())
    return ""


# Sentences of libraries and of the operating system: the reader of the command line, Python's readers of TOML, CSV and
# ZIP, and the system's reasons why a file cannot be read or written.
WITH_PARTS = {
    "{problem} (at line {line}, column {column})": _refusal(tomllib.loads, "a = 1\nb\nc = 2"),
    "{problem} (at end of document)": _refusal(tomllib.loads, "a = "),
    "No such option: {option}": _usage("run", "--bogus"),
    "{problem} (Possible options: {options})": _usage("run", "--scenari", "x"),
    "No such command {command!r}.": _usage("frobnicate"),
    "No such command {command!r}. Did you mean {near!r}?": _usage("chek"),
    "Invalid value for {parameter!r}: {problem}": _usage("explain", "revenue", "--depth", "deep"),
    "Missing argument {argument!r}.": _usage("import"),
    "Option {option!r} requires an argument.": _usage("run", "--scenario"),
    "Got unexpected extra argument(s) ({arguments})": _usage("new", "a", "b"),
}
WHOLE = {
    "Input should be a valid integer, unable to parse string as an integer": _usage("explain", "x", "--depth", "deep")
    .partition(": ")[2],
    "File is not a zip file": _refusal(zipfile.ZipFile, BytesIO(b"PK")),
    "unexpected end of data": _refusal(list, csv.reader(['"a'], strict=True)),
    "',' expected after '\"'": _refusal(list, csv.reader(['"a"b'], strict=True)),
    **{os.strerror(code): os.strerror(code)
       for code in (errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOENT, errno.ENOSPC)},
}  # fmt: skip
OTHERS = WITH_PARTS | WHOLE


def test_every_message_is_in_the_catalogue() -> None:
    assert len(TEMPLATES) > 200
    assert [template for template in TEMPLATES if template not in MESSAGES and template not in SWEDISH] == []


def test_no_message_is_left_over() -> None:
    assert sorted(MESSAGES.keys() - TEMPLATES - OTHERS.keys()) == []


def test_modules_without_swedish_messages_are_there() -> None:
    assert [name for name in EXEMPT if not (PACKAGE / name).exists()] == []


def test_every_message_has_a_literal_template() -> None:
    composed = [f"{path.name} line {call.lineno}" for path, calls in CALLS.items() for call in calls
                if is_composed(template_of(call))]  # fmt: skip
    assert composed == []


def test_every_literal_template_has_the_parts_that_it_is_given() -> None:
    wrong = {}
    for path, calls in CALLS.items():
        for call in (call for call in calls if ast.unparse(call.func) != "Message.joined"):
            given, templates = {keyword.arg for keyword in call.keywords}, literals(template_of(call))
            named = {name for template in templates for name, *_ in fields(template)}
            if templates and given != named and None not in given:
                wrong[f"{path.name} line {call.lineno}"] = given ^ named
    assert wrong == {}


def test_both_languages_name_the_same_parts() -> None:
    assert [template for template, own in MESSAGES.items() if fields(template) != fields(own)] == []


@pytest.mark.parametrize("template", OTHERS)
def test_sentences_of_libraries_are_still_known(template: str) -> None:
    message = third_party_message(OTHERS[template])
    assert (message.template, str(message)) == (template, OTHERS[template])
    assert translate(message, "sv") not in ("", OTHERS[template])


def test_a_sentence_of_no_library_stays_as_it_is() -> None:
    assert third_party_message("No such sky").template == "No such sky"
    assert set(third_party.TEMPLATES) == WITH_PARTS.keys()


def test_english_is_as_it_was_written() -> None:
    message = Message("no {kind} {name!r}", kind=Message("line"), name="x")
    assert (translate(message), translate(message, "fr")) == ("no line 'x'", "no line 'x'")


def test_a_message_that_is_not_known_stays_english() -> None:
    assert translate(Message("the sky is {colour}", colour="blue"), "sv") == "the sky is blue"
    assert translate("the sky is blue", "sv") == "the sky is blue"
    assert translate("", "sv") == ""


@given(typed=some.text(max_size=300))
def test_what_was_typed_is_never_translated(typed: str) -> None:
    # period is an input, and a text of the page
    for name in (typed, "period"):
        message = UnknownName.of("input", name, [name]).message
        assert translate(message, "sv") == f"indata {name!r} finns inte; menade du {name!r}?"


@given(parts=some.lists(some.text(max_size=9), min_size=1, max_size=2000))
def test_many_parts_are_joined_in_their_order(parts: list[str]) -> None:
    message = Message.joined(parts, "{first}\n{rest}")
    assert message == translate(message, "sv") == "\n".join(parts)


def test_a_message_survives_pickling_and_copying() -> None:
    message = UnknownName.of("input", "x", ["y"]).message
    for again in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message)):
        assert (again, again.template, again.parts) == (message, message.template, message.parts)
    error = pickle.loads(pickle.dumps(InputError("{place}: {problem}", place="x", problem=message)))
    assert translate(error.message, "sv") == translate(Message("{place}: {problem}", place="x", problem=message), "sv")


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
    assert translate(error.value.message, "sv") == swedish


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_why_a_figure_has_no_value_is_said_in_swedish(case: Any) -> None:
    poor = hm.run(case.with_({"volume_factor": 0.01}))
    reasons = {figure.why for figure in poor.key_figures.values() if figure.why}
    assert len(reasons) > 2
    assert [reason for reason in reasons if translate(reason, "sv") == reason or left_in_english(reason)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_check_that_fails_says_so_in_swedish(case: Any) -> None:
    result = hm.run(case, solved=False)
    spoilt = Evaluation(
        case, {name: line * np.nan if name != "year_ends" else line for name, line in result.values.items()}
    )
    failed = [translate(check.message, "sv") for check in checks_of(spoilt) if check.message]
    assert len(failed) > 8
    assert [message for message in failed if english_words(message.partition(": ")[0])] == []  # then a note of data


# Functions of a page that translate a message, or hand it on to one that does.
SHOWS = {"translate", "third_party_message", "refuse", "_refuse", "show_failure", "on_failed", "tell"}
AT_THE_START = {"failure"}  # the language of the page is not known yet


def test_no_page_shows_an_error_as_it_was_raised() -> None:
    raw = []
    for path in (PACKAGE / "dashboard").rglob("*.py"):
        calls = [node for node in ast.walk(MODULES[path]) if isinstance(node, ast.Call)]
        showing = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] in SHOWS | AT_THE_START]
        shown = {argument for call in showing for argument in call.args}
        raised = {"line_for(error)"} if path.name == "net.py" else {"str(error)", "line_for(error)"}  # it words errors
        raw += [f"{path.name} line {call.lineno}" for call in calls
                if ast.unparse(call) in raised and call not in shown]  # fmt: skip
    assert raw == []
