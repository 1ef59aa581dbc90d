"""Fields of the dashboard: per cent where per cent is shown, labels in refusals, notes outside a range."""

import html
import re

import pytest

import hubmodel as hm

pytest.importorskip("ipecharts")

from hubmodel.dashboard import fields, state
from hubmodel.dashboard.controls import Lever
from hubmodel.dashboard.pages import PAGES, pricing
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk
from hubmodel.errors import InputError, NumberError
from hubmodel.text.language import translate
from hubmodel.text.numbers import parse_field, parse_number

CASE = hm.load("northx")


def plain(text):
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").strip()


@pytest.fixture(autouse=True)
def lines_only(monkeypatch):
    monkeypatch.setattr(state, "soon", lambda function: function())
    for module in (state, pricing):
        monkeypatch.setattr(module, "background", lambda work: work.close())


@pytest.fixture
def opened():
    def go(name, language="en"):
        shell = Shell(Desk(CASE), PAGES, language)
        shell.open(name)
        return shell.page

    return go


def lever_of(key, language="en"):
    taken = []
    row = next(row for row in CASE.rows if row.key == key)
    return Lever(row, "Margin", language, taken.append), taken


# ---- per cent ----


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("30", "share", 0.3),
        ("0,35", "share", 0.0035),  # 0.35 / 100
        ("30 %", "share", 0.3),
        ("(5)", "share", -0.05),
        ("3", "1/year", 0.03),
        ("1e9", "share", 1e7),  # 1 000 000 000 / 100
        ("30", "SEK/hour", 30),
        ("0.35", "ratio", 0.35),
    ],
)
def test_a_bare_number_is_per_cent_where_per_cent_is_shown(typed, unit, value):
    assert parse_field(typed, unit) == value


def test_elsewhere_a_bare_number_stays_a_share():
    assert parse_number("0,35", "share") == 0.35
    with pytest.raises(NumberError, match=r"'35' is more than the whole; write 35 % as 35 % or 0\.35"):
        parse_number("35", "share")
    with pytest.raises(NumberError, match="'1e9' is more than the whole; write a share from 0 to 1, such as"):
        parse_number("1e9", "share")


@pytest.mark.parametrize(("typed", "value", "shown"), [("30", 0.3, "30.0 %"), ("0,35", 0.0035, "0.35 %")])
def test_a_lever_echoes_per_cent_with_its_unit(typed, value, shown):
    lever, taken = lever_of("commercial_margin")
    lever.field.value = typed
    assert taken == [value]
    assert plain(lever.field.value) == shown


@pytest.mark.parametrize("typed", ["-5 %", "150", "1e9"])
def test_what_is_no_share_is_refused_under_the_label_with_a_cure(typed):
    lever, taken = lever_of("commercial_margin")
    lever.field.value = typed
    expected = f"Margin must lie between 0 and 100 %, got '{typed}'; type a number from 0 to 100"
    assert (taken, plain(lever.message.value)) == ([], expected)


def test_a_rule_of_the_data_is_said_under_the_label_too(opened):
    lever = opened("overview").shell.levers["fixed_posts[Matfors]"][0]
    lever.field.value = "-5"
    assert plain(lever.message.value).startswith("Fixed posts, Matfors must not be negative, got -5 post;")


@pytest.mark.parametrize(("value", "cure"), [(-0.05, "give 0 % at least"), (1e7, "give 100 % at most")])
def test_no_cure_is_offered_that_does_not_cure(value, cure):
    with pytest.raises(InputError, match=rf"between 0 and 1, got .*; {cure}$"):
        CASE.with_({"commercial_margin": value})


def test_the_page_of_inputs_reads_per_cent_and_echoes_it(opened):
    page = opened("inputs")
    page.edit("commercial_margin")
    page.value.value = "30"
    assert plain(page.message.value) == "30.0 %"
    page.reason.value = "a try"
    page._set()
    assert page.desk.value("commercial_margin") == 0.3
    page.edit("commercial_margin")
    page.value.value = "-5 %"
    assert plain(page.message.value).startswith("Commercial margin must lie between 0 and 100 %")


def test_a_quote_reads_per_cent_and_echoes_it(opened):
    quoting = opened("pricing").quoting
    quoting.fields["discount"].value = "10"
    assert quoting.priced.quote.discount == 0.1
    assert plain(quoting.fields["discount"].value) == "10 %"
    quoting.fields["discount"].value = "-5"
    assert "Discount must lie between 0 and 100 %, got '-5'" in plain(quoting.status.value)


def test_a_code_name_gives_way_to_its_label_but_not_in_what_was_typed():
    assert fields.labelled("a_b[X] is no 'a_b[X]' of a_b[X]s", {"a_b[X]": "A, X"}) == "A, X is no 'a_b[X]' of a_b[X]s"


# ---- outside the range ----


def test_a_value_outside_its_range_is_taken_and_marked_until_it_is_back():
    lever, taken = lever_of("commercial_margin")  # 17 to 32 %
    lever.field.value = "45"
    assert taken == [0.45]
    assert "outside its range 17–32 %" in plain(lever.source.value)
    lever.field.value = "32"
    assert "outside" not in plain(lever.source.value)
    assert "17–32 %" in plain(lever.source.value)


def test_the_last_step_of_a_slider_is_no_value_outside():
    row = next(row for row in CASE.rows if row.key == "commercial_margin")
    assert row.spans(0.17 + 30 * 0.005)  # 0.32000000000000006
    assert not row.spans(0.3205)


def test_the_page_of_inputs_marks_what_lies_outside(opened):
    page = opened("inputs")
    page.edit("commercial_margin")
    page.value.value, page.reason.value = "45", "a try"
    assert plain(page.message.value) == "45.0 % outside its range 17–32 %"
    page._set()
    page.search.value = "commercial margin"
    assert plain(page.outcome.value) == "Commercial margin: 45.0 % outside its range 17–32 %"
    assert "outside its range 17–32 %" in plain(page.panels["rows"].value)
    page.desk.undo()
    assert plain(page.outcome.value) == "Commercial margin: 25.0 %"
    assert "outside" not in plain(page.panels["rows"].value)


def test_a_condition_outside_the_range_of_the_case_is_marked(opened):
    quoting = opened("pricing").quoting
    row = CASE.by_key["deposit_share"][0]
    quoting.fields["deposit_share"].value = str(100 * row.high + 1)
    assert "Deposit: outside its range" in plain(quoting.status.value)
    quoting.fields["deposit_share"].value = str(100 * row.value)
    assert "outside" not in plain(quoting.status.value)


def test_notes_and_refusals_in_swedish():
    lever, _ = lever_of("commercial_margin", "sv")
    lever.field.value = "45"
    assert "utanför sitt intervall 17–32 %" in plain(lever.source.value)
    lever.field.value = "abc"
    assert plain(lever.message.value) == "'abc' är inget tal; skriv till exempel 35 eller 35 %"
    with pytest.raises(NumberError) as refused:
        parse_number("1e9", "share")
    assert translate(refused.value.message, "sv") == (
        "'1e9' är mer än det hela; skriv en andel från 0 till 1, som 0.35 eller 35 %"
    )
