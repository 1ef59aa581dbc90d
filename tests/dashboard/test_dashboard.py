"""The dashboard without a browser: levers, undo, addresses, contents of pages, and the server."""

import asyncio
import base64
import dataclasses
import itertools
import json
import os
import re
import socket
import threading
from pathlib import Path
from unittest.mock import Mock

import nbformat
import office
import pytest

import hubmodel as hm

pytest.importorskip("ipecharts")

from voila.request_info_handler import RequestInfoSocketHandler

from hubmodel.case.template import new_case
from hubmodel.dashboard import access, controls, exchange, net, serve, state
from hubmodel.dashboard import app as application
from hubmodel.dashboard.controls import Lever
from hubmodel.dashboard.drawer import COUNTED_FROM
from hubmodel.dashboard.pages import PAGES, overview, risk
from hubmodel.dashboard.pages.overview import BREAK_EVENS, CARDS
from hubmodel.dashboard.scales import along, nice_step, tornado_bars
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk, History, from_query
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.figures import drawable
from hubmodel.text.wording import probability
from hubmodel.uncertainty.verdict import odds_of
from tests.conftest import in_a_thread

BACKGROUND, SOON, RECORD = state.background, state.soon, net.record  # as they are on a page
NOTEBOOKS = Path(__file__).parents[2] / "notebooks" / "dashboards"


def at_once(work):
    """Do a page's background work now, in a new loop: browser tests may have left one running here."""
    thread = threading.Thread(target=asyncio.run, args=(work,))
    thread.start()
    thread.join()


def in_a_thread_with_its_net(work):
    """Do a page's background work now, as a page does without a loop."""
    in_a_thread(lambda: BACKGROUND(work))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(state, "REST", 0.0)
    monkeypatch.setattr(state, "background", at_once)
    for module in (overview, risk, exchange):
        monkeypatch.setattr(module, "background", at_once)
    monkeypatch.setattr(state, "DRAWS", 512)
    monkeypatch.setattr(risk, "SHARE_DRAWS", 64)
    monkeypatch.setattr(state, "soon", lambda function: function())


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture
def shell(case):
    """Return the dashboard with its overview open and nothing solved yet."""
    made = Shell(Desk(case), PAGES)
    made.open("overview")
    return made


@pytest.fixture(scope="module")
def yearly(case):
    """Return the case by the year, which draws fast."""
    return case.with_({"period": "year"})


def words(html):
    return re.sub(r"<[^>]+>", " ", html)


# ---- what was changed ----


@pytest.fixture(scope="module")
def steps(case):
    """Return the case, the case with one change, and with two."""
    changed = case.with_({"commercial_margin": 0.3})
    return case, changed, changed.with_({"win_rate": 0.5})


def test_undo_and_redo_walk_the_same_way_back_and_forth(steps):
    case, first, second = steps
    start = History(case).change(first).change(second)
    assert start.undo().present is first
    assert start.undo().undo().present is case
    assert start.undo().undo().redo().redo().present is second
    assert start.redo() is start
    assert History(case).undo().present is case


def test_a_new_step_forgets_what_was_undone(steps):
    case, first, second = steps
    assert History(case).change(first).undo().change(second).redo().present is second


def test_one_drag_is_one_step(steps):
    case, first, second = steps
    dragged = History(case).change(first).change(second, merge=True).change(first, merge=True)
    assert dragged.undo().present is case


def test_an_address_holds_the_changes_the_version_and_the_language(case):
    desk = Desk(case)
    assert (desk.query("en"), desk.query("sv")) == ("", "language=sv")
    desk.change("commercial_margin", 0.4)
    desk.change("fixed_posts[Matfors]", 9.0)
    changes, version, language, _ = from_query(desk.query("sv"))
    assert [(override.name, override.value) for override in changes] == [
        ("commercial_margin", 0.4),
        ("fixed_posts[Matfors]", 9.0),
    ]
    assert (version, language) == (hm.__version__, "sv")
    assert from_query("token=secret&language=xx&page=risk") == ((), "", "en", "risk")


def test_an_address_says_the_whole_scenario_even_beside_a_loaded_one():
    desk = Desk(hm.load("northx", "without-grant"))
    assert desk.query("en") == ""
    desk.take(())  # the base case, not the case as loaded
    assert desk.query("en") == f"version={hm.__version__}"
    assert desk.case.inputs_hash == hm.load("northx").inputs_hash
    desk.reset()
    assert desk.case.scenario == "without-grant"


def test_a_value_back_where_it_was_loaded_is_no_change():
    desk = Desk(hm.load("northx", "without-grant"))
    for value in (0.5, 0.0):
        desk.change("grant_factor", value)
    assert not desk.changed
    assert desk.case is desk.loaded


# ---- levers ----


@pytest.fixture
def margin(case):
    taken = []
    row = next(row for row in case.rows if row.key == "commercial_margin")
    return Lever(row, "Commercial margin", "en", taken.append), taken


def test_a_typed_number_is_read_as_people_write_it(margin):
    lever, taken = margin
    lever.field.value = "30 %"
    assert taken == [0.3]
    assert lever.slider.value == pytest.approx(0.3)
    assert "was" in words(lever.source.value)
    assert not lever.reset.disabled


def test_what_cannot_be_read_stays_with_its_reason(margin):
    lever, taken = margin
    lever.field.value = "1.234"
    assert taken == []
    assert lever.field.value == "1.234"
    assert "1.234" in lever.message.value
    assert "hub-invalid" in lever.box._dom_classes


def test_reset_brings_the_value_of_the_row_back(margin):
    lever, taken = margin
    lever.slider.value = 0.3
    lever.reset.click()
    assert taken == [0.3, lever.row.value]
    assert lever.reset.disabled
    assert "was" not in words(lever.source.value)


def test_a_refused_value_keeps_what_was_typed(case):
    def refuse(value):
        raise InputError("too much")

    row = next(row for row in case.rows if row.key == "commercial_margin")
    lever = Lever(row, "Commercial margin", "en", refuse)
    lever.field.value = "31 %"
    assert lever.field.value == "31 %"
    assert "too much" in lever.message.value


# ---- scales of the screen ----


def test_bars_of_a_tornado_share_one_scale():
    wide, narrow = tornado_bars([(0.0, 40.0), (15.0, 25.0)], base=20.0)
    # 20 of 20 is half the width: 50 %; 5 of 20 is a quarter of that: 12.5 %
    assert "left:0.0%;width:50.0%" in wide
    assert "left:50.0%;width:12.5%" in narrow


@pytest.mark.parametrize(("low", "high"), [(900, 1600), (0.17, 0.32), (0, 1), (0.75, 1.25), (3, 10.5)])
def test_a_slider_has_enough_steps_and_not_too_many(low, high):
    assert 50 <= round((high - low) / nice_step(low, high)) <= 500


# ---- the frame and its pages ----


def test_a_lever_moves_the_value_and_reset_all_brings_it_back(shell):
    before = shell.figure("net_present_value").value
    (lever,) = shell.levers["commercial_margin"]
    lever.field.value = "30 %"
    assert shell.figure("net_present_value").value > before
    assert "from the base case" in words(shell.status.value)
    assert "+" in shell.change("net_present_value")
    shell.reset.click()
    assert shell.figure("net_present_value").value == pytest.approx(before, rel=1e-12)  # compiled since, if it can be
    assert shell.change("net_present_value") == ""
    shell.undo.click()
    assert lever.field.value != lever._shown(0.25)


def test_levers_of_one_input_follow_each_other(shell):
    other = shell.lever("commercial_margin")
    shell.levers["commercial_margin"][0].field.value = "30 %"
    assert other.value == 0.3


def test_every_card_and_break_even_stands_there_once_solved(shell):
    shell.desk.start()
    page = shell.page
    assert [card.name for card in page.cards if "computing" in card.html.value] == []
    assert [name for name in (*CARDS, *BREAK_EVENS) if shell.figure(name) is None] == []
    assert [name for name, html in page.panels.items() if "computing" in html.value] == []


def test_every_figure_can_be_explained(shell):
    for name in CARDS:
        shell.drawer.open(name)
        shown = shell.drawer.html.value
        assert "hub-formula" in shown, name
        assert shell.label(name) in shown
    shell.drawer.close()
    assert "hub-open" not in shell.drawer.box._dom_classes


def test_an_explanation_can_be_followed_and_left_again(case):
    session = application.Session(Desk(case))
    drawer = session.shell.drawer
    drawer.open("aid_intensity")
    session.ask.value = "1 follow commercial_margin||"
    assert "Commercial margin" in drawer.html.value
    assert "assumption" in drawer.html.value
    drawer.back.click()
    assert "Aid intensity" in drawer.html.value
    assert drawer.back.disabled


def test_what_explanations_rest_on_are_lines(shell):
    names = {line for lines in COUNTED_FROM.values() for line in lines}
    assert [name for name in names if shell.desk.result[name] is None] == []


def test_text_of_data_cannot_break_the_page(case):
    row = next(row for row in case.rows if row.key == "commercial_margin")
    evil = row.model_copy(update={"note": '<script>alert("x")</script>'})
    lever = Lever(evil, "Commercial margin", "en", lambda value: None)
    assert "<script>" not in lever.source.value


def test_an_address_is_opened_and_an_unknown_one_is_said(case):
    session = application.Session(Desk(case))
    session.ask.value = "1 open commercial_margin=0.3&version=0.0.1"
    assert session.desk.value("commercial_margin") == 0.3
    assert "0.0.1" in session.shell.status.value
    session.ask.value = "2 open comercial_margin=0.3"
    assert "did you mean" in session.shell.status.value


def test_back_restores_the_page_and_what_differs_and_nothing_else(case):
    session = application.Session(Desk(case))
    session.ask.value = "1 page inputs"
    session.desk.change("commercial_margin", 0.3, "what a peer asks")
    address = session.shell.query("en")
    steps = len(session.desk.history.past)
    session.ask.value = f"2 return {address.replace('inputs', 'risk')}"
    assert session.shell.name == "risk"
    assert [override.reason for override in session.desk.case.overrides] == [
        "what a peer asks"
    ]  # the same values: no step
    assert len(session.desk.history.past) == steps
    session.ask.value = "3 return "
    assert (session.shell.name, session.desk.changed) == ("overview", False)
    session.ask.value = f"4 return {address}"
    assert (session.shell.name, session.desk.value("commercial_margin")) == ("inputs", 0.3)
    session.shell.undo.click()
    assert not session.desk.changed
    assert 'data-turn="4"' in session.shell.address.value


def test_the_strip_says_value_change_and_odds(yearly):
    shell = Shell(Desk(yearly, drawable(yearly, CARDS)), PAGES)
    shell.open("overview")
    assert "computing" in words(shell.answer.value)
    shell.desk.start()
    odds = odds_of(shell.desk.drawn_well())
    assert probability(odds.share_below) in words(shell.odds.value)
    assert "the case as loaded" in words(shell.status.value)
    assert words(shell.answer.value).count(str(odds.draws)) == 1
    assert shell.desk.case.inputs_hash in shell.foot.value
    assert shell.desk.case.inputs_hash not in shell.head.value


def test_a_strip_places_the_draws_and_the_case_along_one_line():
    # from -160 to 41 the line is 201 long, 4 % at each end: -59.5 is half way, zero at 4 + 92 x 160 / 201 = 77.23
    assert along([-160.0, -59.5, 41.0, 0.0]) == pytest.approx([4.0, 50.0, 96.0, 4 + 92 * 160 / 201])


def test_a_slider_told_again_with_dust_moves_nothing(margin):
    lever, taken = margin
    lever.field.value = "30"
    lever.slider.value = 0.30000000000000004
    assert taken == [0.3]
    lever.field.value = "45"  # the slider stands at its end, the value does not
    lever.slider.value = 0.3199999999999999
    assert (taken, lever.value) == ([0.3, 0.45], 0.45)


def test_an_address_opens_its_page_in_its_language(case):
    session = application.Session(Desk(case))
    session.ask.value = "1 open page=scenarios&language=sv"
    assert session.shell.name == "scenarios"
    assert "Scenarier" in session.shell.nav.value
    assert session.shell.query("sv") == "language=sv&page=scenarios"
    session.ask.value = "2 page nowhere"
    assert session.shell.name == "overview"


def test_a_page_is_built_once_and_only_when_it_is_opened(shell):
    assert set(shell.built) == {"overview"}
    shell.open("scenarios")
    first = shell.built["scenarios"]
    shell.open("overview")
    shell.open("scenarios")
    assert shell.built["scenarios"] is first
    assert 'data-page="scenarios" aria-current=page' in shell.nav.value
    assert "hub-alone" in shell.root._dom_classes


def test_only_the_page_that_is_shown_is_repainted(shell):
    overview_page = shell.page
    shell.open("scenarios")
    before = overview_page.cards[0].html.value
    shell.levers["commercial_margin"][0].field.value = "30 %"
    assert overview_page.cards[0].html.value == before
    shell.open("overview")
    assert overview_page.cards[0].html.value != before


def test_a_page_that_fails_says_so_and_the_others_work(case, unforeseen):
    errors = [InputError("nobody <knows>"), OSError("/srv/secret is full")]

    def broken(shell):
        raise errors.pop(0)

    shell = Shell(Desk(case), {"bad": ("Risk", broken, True), **PAGES})
    shell.open("bad")
    shown = shell.body.children[0].value
    assert "could not be shown" in shown
    assert "nobody &lt;knows&gt;" in shown
    shell.open("bad")
    shown = shell.body.children[0].value
    assert "an error that nobody foresaw (OSError)" in shown
    assert "secret" not in shown
    assert str(unforeseen.pop()) == "/srv/secret is full"
    shell.open("overview")
    assert "hub-page-failed" not in str(shell.body.children[0])


def test_bands_follow_a_change_and_say_what_the_draws_say(yearly):
    shell = Shell(Desk(yearly, drawable(yearly, CARDS)), PAGES)
    shell.open("overview")
    card = shell.page.cards[0]
    assert card.band.value == ""
    shell.desk.start()
    first = card.band.value
    summary = shell.desk.drawn_well().summary("net_present_value")
    assert f"{summary.quantiles[0.9] / 1e6:.1f}" in first or f"{summary.quantiles[0.9] / 1e6:.0f}" in first
    assert f"{summary.below:.0%}".replace("%", "") in words(shell.answer.value)
    shell.levers["commercial_margin"][0].field.value = "30 %"
    assert card.band.value != first
    assert shell.desk.drawn_now().case is shell.desk.case


def test_figures_that_are_solved_have_no_band(yearly):
    assert "funding_gap" not in drawable(yearly, CARDS)
    assert len(drawable(yearly, CARDS)) == len(CARDS) - 1


def test_the_risk_page_shows_the_draws_of_the_session(yearly):
    shell = Shell(Desk(yearly, drawable(yearly, CARDS)), PAGES)
    shell.open("risk")
    assert "computing" in shell.page.panels["numbers"].value
    shell.desk.start()
    page, summary = shell.page, shell.desk.drawn_well().summary()
    assert "512 draws" in page.panels["numbers"].value
    assert page.plots["distribution"].figure.takeaway.startswith(f"{summary.below:.0%}"[:2])
    assert "assumption" in page.panels["boxes"].value
    page.more.click()
    assert len(page.plots["shares"].figure.periods) > 10
    assert page.place.children == (page.plots["shares"].box,)


def test_a_ping_is_answered(case):
    session = application.Session(Desk(case))
    session.ask.value = "1 ping 7"
    assert 'data-echo="7"' in session.echo.value


def test_words_that_mean_nothing_do_nothing(case):
    session = application.Session(Desk(case))
    for word in ("1 nothing x", "2", "", "3 follow", "4 file", "5 follow a|b|c|d|e"):
        session.ask.value = word
    assert not session.desk.changed


def test_a_wrong_case_gives_one_line_and_no_traceback(monkeypatch):
    monkeypatch.setenv("HUBMODEL_CASE", "nothx")
    card = application.app()
    assert "northx" in card.value
    assert "hub-failure" in card.value


# ---- the net ----


def stumble(*given, **more):
    raise RuntimeError("/srv/hub/secret.py")


async def stumble_later():
    stumble()


async def in_a_loop(start):
    """Start work as a page does, and let the loop run it."""
    start()
    for _ in range(3):
        await asyncio.sleep(0)


WAYS = {
    "a button": lambda: controls.button("Go", stumble).click(),
    "a list": lambda: setattr(controls.choice("Which", {"a": "1", "b": "2"}, stumble), "value", "2"),
    "a field": lambda: setattr(controls.entry("What", stumble), "value", "x"),
    "work beside the page": lambda: at_once(in_a_loop(lambda: BACKGROUND(stumble_later()))),
    "work without a loop": lambda: in_a_thread(lambda: BACKGROUND(stumble_later())),
    "work for later": lambda: at_once(in_a_loop(lambda: SOON(stumble))),
    "work for now": lambda: in_a_thread(lambda: SOON(stumble)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_nobody_foresaw_is_one_line_and_the_page_goes_on(shell, way, unforeseen):
    way()
    assert words(shell.status.value) == (
        "Not computed: an error that nobody foresaw (RuntimeError); undo the last change, or reload"
    )
    assert str(unforeseen.pop()) == "/srv/hub/secret.py"
    shell.levers["commercial_margin"][0].field.value = "30 %"
    assert "from the base case" in words(shell.status.value)


def test_what_nobody_foresaw_is_logged_whole_and_not_printed(caplog, capfd):
    RECORD(RuntimeError("/srv/hub/secret.py"))
    assert "/srv/hub/secret.py" in caplog.text
    assert capfd.readouterr() == ("", "")  # a kernel's output goes to its page


def test_a_message_of_the_browser_that_fails_is_one_line(case, monkeypatch, unforeseen):
    session = application.Session(Desk(case))
    monkeypatch.setattr(session.shell.drawer, "follow", stumble)
    session.ask.value = "1 follow x||"
    assert "(RuntimeError)" in session.shell.status.value
    assert "secret" not in session.shell.status.value
    unforeseen.pop()
    session.ask.value = "2 ping 7"
    assert 'data-echo="7"' in session.echo.value


def test_a_solver_that_fails_is_one_line(shell, monkeypatch, unforeseen):
    monkeypatch.setattr(shell.desk, "base_result", None)
    monkeypatch.setattr(state, "background", in_a_thread_with_its_net)
    monkeypatch.setattr(hm, "run", stumble)
    shell.desk.start()
    assert "(RuntimeError)" in shell.status.value
    unforeseen.pop()


def test_a_dashboard_that_cannot_start_says_nothing_of_the_server(monkeypatch, unforeseen):
    monkeypatch.setattr(hm, "load", stumble)
    card = application.app().value
    assert "an error that nobody foresaw (RuntimeError)" in card
    assert "secret" not in card
    unforeseen.pop()


@pytest.mark.parametrize("bad", [b"x = " + b"[" * 5000 + b"]" * 5000, b"x = " + b"9" * 5000], ids=["deep", "long"])
def test_a_file_that_breaks_its_reader_is_refused_and_the_next_is_read(exchanging, bad, unforeseen):
    _, exchange = exchanging
    exchange.receive(as_message("bad.toml", bad))
    assert "hub-failed" in exchange.status.value
    assert words(exchange.status.value) != "reading"
    assert len(words(exchange.status.value)) < 300
    assert ".py" not in exchange.status.value
    unforeseen.clear()
    exchange.receive(as_message("good.toml", b'[set]\ncommercial_margin = { value = 0.3, reason = "x" }'))
    assert [(override.name, override.value) for override in exchange.offer.case.overrides] == [
        ("commercial_margin", 0.3)
    ]


@pytest.mark.parametrize("task", ["_send_workbook", "_send_board"])
def test_a_file_that_cannot_be_written_is_said_where_its_button_stands(exchanging, monkeypatch, task, unforeseen):
    shell, exchange = exchanging
    monkeypatch.setattr(shell.desk, "worker", Mock(board=stumble, workbook=stumble))
    exchange._beside(getattr(exchange, task)())
    assert "an error that nobody foresaw (RuntimeError)" in exchange.status.value
    assert shell.parcel.html.value == ""
    unforeseen.pop()


# ---- in Swedish ----


@pytest.fixture
def swedish(case):
    """Return the dashboard in Swedish with its overview open."""
    made = Shell(Desk(case), PAGES, "sv")
    made.open("overview")
    return made


def test_a_number_that_cannot_be_read_is_refused_in_swedish(swedish):
    lever = swedish.levers["commercial_margin"][0]
    lever.field.value = "1.234"
    assert words(lever.message.value) == "&#x27;1.234&#x27; kan betyda 1234 eller 1.234; skriv 1234 eller 1.2340"
    lever.field.value = "135 %"
    assert "Kommersiell marginal måste ligga mellan 0 och 100 %, inte" in lever.message.value
    assert "skriv ett tal från 0 till 100" in lever.message.value


def test_an_address_with_an_unknown_input_is_answered_in_swedish(case):
    session = application.Session(Desk(case))
    session.ask.value = "1 open comercial_margin=0.3&language=sv"
    assert "Inte beräknat: indata &#x27;comercial_margin&#x27; finns inte; menade du" in session.shell.status.value


def test_a_file_is_refused_in_swedish(swedish):
    swedish.open("scenarios")
    swedish.page.exchange.receive(as_message("own.toml", b"[set]\ncommercial_margin = 0.3"))
    assert "own.toml: commercial_margin behöver { value = …" in swedish.page.exchange.status.value
    swedish.page.exchange.receive("big.xlsx size=9000000")
    assert "big.xlsx: har 9000000 byte;" in swedish.page.exchange.status.value


def test_scenarios_and_remarks_are_in_swedish(swedish):
    assert "är det lika med FNPV(C)" in swedish.page.panels["conventions"].value
    swedish.open("scenarios")
    assert "Utan bidrag" in {mark.description for mark in swedish.page.marks.values()}


def test_checks_and_why_a_figure_is_missing_are_in_swedish(case):
    shell = Shell(Desk(case.with_({"volume_factor": 0.02, "period": "year"})), PAGES, "sv")
    shell.open("overview")
    shell.desk.start()
    assert "ägaren skjuter till mindre än det använda bidraget under" in shell.page.panels["checks"].value
    shown = words(shell.page.panels["break_evens"].value)
    assert "inget värde på commercial_margin mellan 0 och" in shown
    assert "gives" not in shown


# ---- files out and in ----


@pytest.fixture
def exchanging(shell):
    """Return the dashboard with its page of scenarios open, and that page's exchange of files."""
    shell.open("scenarios")
    return shell, shell.page.exchange


def parcel(shell):
    """Return the file that was handed to the page's script: name, type and content."""
    return re.search('data-file="(.*?)" data-type="(.*?)">(.*)</i>', shell.parcel.html.value)


def as_message(name, data):
    return f"{name} {base64.b64encode(data).decode()}"


@pytest.fixture(scope="module")
def workbook(case, tmp_path_factory):
    """Return the base case as a workbook, unchanged and changed."""
    folder = tmp_path_factory.mktemp("exchange")
    path = folder / "northx.xlsx"
    hm.write_workbook(hm.evaluate(case), path)
    cell = next(f"D{at[1:]}" for (_, at), name in office.values(path, "Inputs").items()
                if at[0] == "N" and name == "commercial_margin")  # fmt: skip
    return path, office.edited(path, folder / "changed.xlsx", {cell: 0.3}), cell


def test_a_workbook_is_shown_as_differences_and_taken_over_with_a_reason(exchanging, workbook):
    _, changed, cell = workbook
    shell, exchange = exchanging
    exchange.receive(as_message("changed.xlsx", changed.read_bytes()))
    assert cell in exchange.found.value
    assert "Commercial margin" in exchange.found.value
    assert not shell.desk.changed
    exchange.take.click()
    assert "why" in exchange.status.value
    assert not shell.desk.changed
    exchange.reason.value = "the board's view"
    exchange.take.click()
    assert [(override.name, override.value, override.reason) for override in shell.desk.case.overrides] == [
        ("commercial_margin", 0.3, "the board's view")
    ]
    assert exchange.found.value == ""
    shell.undo.click()
    assert not shell.desk.changed


def test_a_workbook_without_changes_says_so(exchanging, workbook):
    _, exchange = exchanging
    exchange.receive(as_message("northx.xlsx", workbook[0].read_bytes()))
    assert "no differences" in exchange.status.value
    assert exchange.offer.rows == ()


def test_a_scenario_goes_out_and_comes_back(exchanging):
    shell, exchange = exchanging
    shell.levers["commercial_margin"][0].field.value = "30 %"
    exchange._send_toml()
    sent = parcel(shell)
    shell.parcel.sent()
    assert shell.parcel.html.value == ""
    shell.reset.click()
    shell.receive(f"{sent[1]} {sent[3]}")
    exchange.take.click()
    assert [(override.name, override.value, override.reason) for override in shell.desk.case.overrides] == [
        ("commercial_margin", 0.3, state.REASON)
    ]


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("big.xlsx size=9000000", "has 9000000 bytes"),
        ("half.xlsx ***", "did not arrive whole"),
        (as_message("notes.xlsx", b"not a workbook"), "is not an Excel workbook"),
        (as_message("own.toml", b"[set"), "own.toml: not valid TOML"),
        (as_message("own.toml", b"[set]\ncommercial_margin = 0.3"), "needs {{ value"),
        (as_message("own.toml", b'[set]\nx = { value = 1, reason = "y" }'), "no input"),
        (as_message("%3Cscript%3E.toml", b"\xff"), "&lt;script&gt;.toml"),
    ],
)
def test_what_is_no_scenario_is_refused_in_one_line(exchanging, message, problem):
    shell, exchange = exchanging
    exchange.receive(message)
    assert problem.replace("{{", "{") in exchange.status.value
    assert "<script>" not in exchange.status.value
    exchange.take.click()
    assert not shell.desk.changed


def test_a_workbook_of_another_case_is_refused(exchanging, workbook):
    shell, exchange = exchanging
    shell.desk.origin = dataclasses.replace(shell.desk.origin, name="elsewhere")
    exchange.receive(as_message("northx.xlsx", workbook[0].read_bytes()))
    assert "holds the case" in exchange.status.value


def test_the_workbook_goes_out_as_it_would_be_written(exchanging):
    shell, exchange = exchanging
    at_once(exchange._send_workbook())
    sent = parcel(shell)
    assert base64.b64decode(sent[3]).startswith(b"PK")
    assert sent[1] == f"northx_{shell.desk.case.inputs_hash}.xlsx"


def test_the_page_for_the_board_goes_out(case):
    yearly = Shell(Desk(case.with_({"period": "year"})), PAGES)
    yearly.open("scenarios")
    at_once(yearly.page.exchange._send_board())
    name, kind, content = parcel(yearly).groups()
    assert base64.b64decode(content).startswith(b"%PDF-")
    assert (name, kind) == (f"northx_{yearly.desk.case.inputs_hash}.pdf", "application/pdf")


# ---- serving ----


def test_a_port_in_use_is_named_with_its_cure():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port} is in use .* PORT="):
            serve.serve(port=port, open_browser=False)


def test_an_unknown_page_is_named():
    with pytest.raises(UnknownName, match="did you mean 'overview'"):
        serve.notebook_of("overvew")


def test_paths_reach_the_kernels_that_start_elsewhere(tmp_path, monkeypatch):
    new_case(tmp_path / "mine")
    hm.write_scenario(hm.load(tmp_path / "mine").with_({"volume_factor": 0.8}, "to see"), tmp_path / "own.toml")
    monkeypatch.chdir(tmp_path)
    for name in ("HUBMODEL_CASE", "HUBMODEL_SCENARIO", "JUPYTER_PATH"):
        monkeypatch.setenv(name, "")  # so that changes by serve are undone
    monkeypatch.setattr(serve, "refuse_used", lambda port: None)
    monkeypatch.setattr(serve, "Server", Mock())
    serve.serve("mine", open_browser=False, scenario="own.toml")
    monkeypatch.chdir("/")
    case = hm.load(os.environ["HUBMODEL_CASE"], os.environ["HUBMODEL_SCENARIO"])
    assert (case.name, case.scenario) == ("mine", "own")
    serve.serve("northx", open_browser=False, scenario="without-grant")
    assert os.environ["HUBMODEL_SCENARIO"] == "without-grant"


def test_what_a_page_was_asked_for_is_forgotten_with_its_kernel():
    RequestInfoSocketHandler._cache |= {"ended": "?a=1", "lives": "?a=2"}
    kernels = serve.Kernels()
    kernels._kernels["ended"] = Mock()
    kernels.remove_kernel("ended")
    assert RequestInfoSocketHandler._cache.keys() & {"ended", "lives"} == {"lives"}
    del RequestInfoSocketHandler._cache["lives"]


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Host": "127.0.0.1:8866"}, False),
        ({"Host": "localhost:1"}, False),
        ({"Host": "[::1]:8866"}, False),
        ({"Host": "127.0.0.9"}, False),
        ({"Host": "HUB.example.org", "Origin": "https://hub.example.org"}, False),
        ({"Host": "10.0.0.7:80"}, False),
        ({"Host": "evil.example"}, True),
        ({"Host": "127.0.0.1.evil.example"}, True),
        ({"Host": "localhost.evil.example:8866"}, True),
        ({"Host": "10.0.0.8"}, True),
        ({"Host": "0.0.0.0:8866"}, True),
        ({"Host": "localhost", "Origin": "http://evil.example"}, True),
        ({"Host": "localhost", "Origin": "null"}, True),
    ],
    ids=str,
)
def test_the_server_answers_to_its_own_names_only(headers, refused):
    foreign = access.Foreign(access.Access(("hub.example.org", "10.0.0.7"), "x").names)
    assert foreign.match(Mock(headers=headers, host=headers["Host"])) == ({} if refused else None)


@pytest.mark.parametrize("name", ["https://hub.example.org", "hub.example.org:80", "*", "", "a b", "-x"])
def test_a_host_name_that_is_none_is_refused(name):
    with pytest.raises(InputError, match=f"host name {re.escape(repr(name))} must be a name alone"):
        access.Access((name,))


def test_each_start_has_its_own_token_unless_one_is_given(monkeypatch):
    monkeypatch.delenv("HUBMODEL_TOKEN", raising=False)
    tokens = {access.Access().token for _ in range(3)}
    assert {len(token) for token in tokens} == {48}  # 24 bytes in hexadecimal digits
    assert len(tokens) == 3
    monkeypatch.setenv("HUBMODEL_TOKEN", "a&b")
    assert access.Access().link("http://127.0.0.1:1/") == "http://127.0.0.1:1/?token=a%26b"
    assert access.Access(token="").link("http://127.0.0.1:1/") == "http://127.0.0.1:1/"


def test_what_a_kernel_prints_stays_on_the_server(monkeypatch):
    passed = []
    monkeypatch.setattr(access.VoilaKernelWebsocketHandler, "write_message", lambda self, *given: passed.append(given))
    socket = Mock(spec=access.SocketHandler, kernel_id="k")
    for kind in ("stream", "error", "comm_msg", "status"):
        message = {"header": {"msg_type": kind}, "content": {"text": "/srv/secret.py"}}
        access.SocketHandler.write_message(socket, message)
        access.SocketHandler.write_message(socket, in_bytes(message), True)
    kinds = [re.search("stream|error|comm_msg|status", str(given))[0] for given in passed]
    assert kinds == ["comm_msg", "comm_msg", "status", "status"]


def in_bytes(message):
    """Encode a message of a kernel for the wire: offsets, channel, header, parent, metadata, content."""
    parts = [b"iopub", *(json.dumps(message.get(name, {})).encode() for name in ("header", "p", "m", "content"))]
    offsets = list(itertools.accumulate((len(part) for part in parts), initial=8 * (len(parts) + 2)))
    return b"".join(at.to_bytes(8, "little") for at in (len(offsets), *offsets)) + b"".join(parts)


def test_the_server_stays_on_this_machine_and_serves_no_files():
    config = serve.configuration(8866, False, NOTEBOOKS / "overview.ipynb")
    assert config.Voila.ip == "127.0.0.1"
    assert config.Voila.port_retries == 0
    assert config.VoilaConfiguration.allow_template_override == "NO"
    assert config.VoilaConfiguration.file_allowlist == []
    assert config.VoilaConfiguration.preheat_kernel


def test_the_template_names_no_other_machine():
    template = Path(serve.__file__).parent / "voila" / "templates" / "hubmodel"
    files = [path for path in template.rglob("*") if path.is_file()]
    assert [path.name for path in files if re.search(r"https?://", path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_dashboard_notebook_is_an_import_and_a_call(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert len(code) == 2
    assert code[0].startswith("from hubmodel.dashboard.app import ")
    assert re.fullmatch(r'app\(("[a-z]+")?\)', code[1])
