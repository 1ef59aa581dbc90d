"""The verdict: its lines for given numbers, in both languages, and the same draws wherever it is shown."""

import dataclasses
import math
import sys

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.scenario import titles_of
from hubmodel.dashboard import state, worker
from hubmodel.dashboard.state import Desk
from hubmodel.errors import InputError
from hubmodel.output import pdf as report
from hubmodel.output.pdf.board import board
from hubmodel.text.numbers import MINUS, NBSP
from hubmodel.text.wording import fraction, money, pair, probability
from hubmodel.uncertainty.draws import Draws
from hubmodel.uncertainty.simulate import VALUE, Simulation
from hubmodel.uncertainty.verdict import DRAWS, NEAR, SEED, Odds, Verdict, draw, odds_of, verdict

HAND = Verdict(
    value=16e6, required_return=0.105, total_investment=111.4e6, view="decision", date="2021-10", scenario={},
    ranged=True, odds=Odds(draws=200, seed=7, below=158, undefined=0, median=-57.6e6), why_no_odds="",
    grant_total=50e6, without_grant=-27e6, grant_is_spent=False,
)  # fmt: skip


def lines(language="en", **changes):
    """Return the lines of a given verdict with some parts changed, with plain spaces and minus signs."""
    return [
        line.replace(NBSP, " ").replace(MINUS, "-") for line in dataclasses.replace(HAND, **changes).lines(language)
    ]


@pytest.fixture(scope="module")
def yearly():
    return hm.run(hm.load("northx").with_({"period": "year"}), solved=False)


@pytest.fixture(scope="module")
def drawn(yearly):
    return draw(yearly.case)


def test_three_lines_by_hand():
    # 158 of 200 is 79 %, nearest to four in five
    assert lines() == [
        "Most likely values: just pays, +16 MSEK at the required return of 10.5 %.",
        "Four in five combinations of the ranges fall short (79 % of 200); the middle one is -58 MSEK.",
        "The grant turns -27 into +16 MSEK.",
    ]
    assert lines("sv") == [
        "Mest sannolika värden: bär sig nätt och jämnt, +16 mnkr vid avkastningskravet 10,5 %.",
        "Fyra av fem kombinationer av intervallen hamnar under noll (79 % av 200); den mittersta är -58 mnkr.",
        "Bidraget vänder -27 till +16 mnkr.",
    ]


EDGE = NEAR * 100e6  # 15 % of 100 MSEK


@pytest.mark.parametrize(
    ("value", "english", "swedish"),
    [
        (EDGE + 1e6, "pays, +16 MSEK", "bär sig, +16 mnkr"),
        (EDGE, "just pays, +15 MSEK", "bär sig nätt och jämnt, +15 mnkr"),
        (0.0, "breaks even, 0", "går jämnt ut, 0"),
        (-EDGE, "just falls short, -15 MSEK", "bär sig nästan, -15 mnkr"),
        (-EDGE - 1e6, "falls short, -16 MSEK", "bär sig inte, -16 mnkr"),
    ],
)
def test_near_zero_is_called_just(value, english, swedish):
    both = (lines(language, value=value, total_investment=100e6)[0] for language in ("en", "sv"))
    assert [line.partition(": ")[2].partition(" at the")[0].partition(" vid")[0] for line in both] == [english, swedish]


def test_nothing_is_near_where_nothing_is_invested():
    assert "falls short, -1.0 MSEK" in lines(value=-1e6, total_investment=0.0)[0]


def test_a_value_that_does_not_exist_is_not_judged():
    first, _, third = lines(value=None)
    assert first == "Most likely values: there is no value, a flow is not finite."
    assert third == "What the grant changes cannot be said: there is no value."


def test_scenario_and_view_are_named():
    without = {"scenario": {"en": "Without grant", "sv": "Utan bidrag"}}
    assert lines(**without)[0].startswith("Scenario “Without grant”: just pays")
    assert lines("sv", **without)[0].startswith("Scenariot ”Utan bidrag”: bär sig")
    assert lines(view="today", date="2026-12")[0].startswith("Most likely values, today view (2026-12): ")
    assert lines("sv", view="today", date="2026-12")[0].startswith("Mest sannolika värden, vy: i dag (2026-12): ")


@pytest.mark.parametrize(
    ("without", "value", "english", "swedish"),
    [
        (-27e6, 16e6, "turns -27 into +16 MSEK", "vänder -27 till +16 mnkr"),
        (5e6, -3e6, "turns +5.0 into -3.0 MSEK", "vänder +5,0 till -3,0 mnkr"),
        (-80e6, -27e6, "lifts -80 to -27 MSEK, which is not enough", "lyfter -80 till -27 mnkr, vilket inte räcker"),
        (20e6, 64e6, "lifts +20 to +64 MSEK; it would pay without", "lyfter +20 till +64 mnkr; det bär sig även utan"),
        (-20e6, -27e6, "lowers -20 to -27 MSEK", "sänker -20 till -27 mnkr"),
        (64e6, 20e6, "lowers +64 to +20 MSEK", "sänker +64 till +20 mnkr"),
        (-5e6, -5e6, "changes nothing: -5.0 MSEK with and without it", "ändrar ingenting: -5,0 mnkr med och utan det"),
    ],
)
def test_what_the_grant_changes(without, value, english, swedish):
    assert lines(without_grant=without, value=value)[2] == f"The grant {english}."
    assert lines("sv", without_grant=without, value=value)[2] == f"Bidraget {swedish}."


def test_no_grant_and_one_that_is_spent_are_not_compared():
    assert lines(grant_total=0.0, without_grant=None)[2] == "There is no grant."
    assert lines("sv", grant_total=0.0, without_grant=None)[2] == "Det finns inget bidrag."
    spent = {"grant_is_spent": True, "without_grant": None, "date": "2026-12"}
    assert lines(**spent)[2] == (
        "What the grant changed is seen in the decision view: by 2026-12 it is received, in part at least."
    )
    assert lines("sv", **spent)[2].startswith("Vad bidraget ändrade syns i vyn beslut: 2026-12 är det")


@pytest.mark.parametrize(
    ("below", "english", "swedish"),
    [
        (0, "None of 512 combinations of the ranges falls short;", "Ingen av 512 kombinationer"),
        (1, "Hardly any combinations of the ranges fall short (0.20 % of 512);", "Nästan inga kombinationer"),
        (256, "Half of all combinations of the ranges fall short (50 % of 512);", "Hälften av alla kombinationer"),
        (511, "Nearly all combinations of the ranges fall short (99.80 % of 512);", "Nästan alla kombinationer"),
        (512, "All 512 combinations of the ranges fall short;", "Alla 512 kombinationer"),
    ],
)
def test_none_and_all_are_counted_not_rounded(below, english, swedish):
    odds = Odds(512, 7, below, 0, -1e6)  # 1 / 512 is 0.1953 %, 511 / 512 is 99.80 %
    assert lines(odds=odds)[1].startswith(english)
    assert lines("sv", odds=odds)[1].startswith(swedish)


@pytest.mark.parametrize(
    ("share", "english", "swedish"),
    [
        (0.04, "Hardly any", "Nästan inga"),
        (0.06, "One in ten", "En av tio"),
        (0.19, "One in five", "En av fem"),
        (0.26, "One in four", "En av fyra"),
        (0.33, "One in three", "En av tre"),
        (0.41, "Two in five", "Två av fem"),
        (0.46, "Half of all", "Hälften av alla"),
        (0.59, "Three in five", "Tre av fem"),
        (0.66, "Two in three", "Två av tre"),
        (0.76, "Three in four", "Tre av fyra"),
        (0.79, "Four in five", "Fyra av fem"),
        (0.94, "Nine in ten", "Nio av tio"),
        (0.96, "Nearly all", "Nästan alla"),
    ],
)
def test_odds_are_the_nearest_simple_fraction(share, english, swedish):
    assert (fraction(share), fraction(share, "sv")) == (english, swedish)


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0 %"), (1.0, "100 %"), (0.785, "78 %"), (2047 / 2048, "99.95 %")])
def test_what_is_not_certain_is_not_shown_as_certain(value, shown):
    assert probability(value).replace(NBSP, " ") == shown


def test_amounts_read_together_tell_apart_what_differs():
    assert pair(-950e3, 1.2e6) == (f"{MINUS}950{NBSP}kSEK", f"+1.2{NBSP}MSEK")
    assert (
        pair(-27.24e6, -27.16e6) == (f"{MINUS}27.2", f"{MINUS}27.2{NBSP}MSEK")
        or pair(-27.24e6, -27.16e6)[0] != (pair(-27.24e6, -27.16e6)[1].partition(NBSP)[0])
    )
    assert pair(-1266e6, 2e6) == (f"{MINUS}1{NBSP}266", f"+2.0{NBSP}MSEK")
    assert pair(0.0, 16e6) == ("0", f"+16{NBSP}MSEK")
    assert money(-58.4e6, "sv") == f"{MINUS}58{NBSP}mnkr"


def by_hand(case, values):
    return Simulation(Draws(case), {VALUE: np.array(values)})


def test_draws_without_value_are_left_out_and_said(yearly):
    # of four known -5, -3, -1 and 2 three are below zero, and the middle is (-3 - 1) / 2 = -2
    odds = odds_of(by_hand(yearly.case, [-5e6, -1e6, math.nan, 2e6, -3e6]))
    assert odds == Odds(5, 7, 3, 1, -2e6, "a flow is not finite")
    assert odds.share_below == 0.75
    assert odds.line().replace(NBSP, " ") == (
        f"Three in four combinations of the ranges fall short (75 % of 4); the middle one is {MINUS}2.0 MSEK; "
        "1 more have no value: a flow is not finite."
    )
    assert odds.line("sv").endswith("; ytterligare 1 saknar värde: ett flöde är inte ändligt.")


def test_where_no_draw_has_a_value_it_says_why(yearly):
    judged = verdict(yearly, by_hand(yearly.case, [math.nan, math.nan]))
    assert judged.odds is None
    assert judged.lines()[1] == (
        "How sure this is cannot be said: net_present_value has no value in any of 2 draws: a flow is not finite."
    )


def test_draws_of_other_inputs_are_refused(yearly):
    other = yearly.case.with_({"commercial_margin": 0.3})
    with pytest.raises(InputError, match=r"^the draws are of inputs \w{12}, the result of \w{12}; draw that case$"):
        verdict(yearly, by_hand(other, [1.0]))


def test_without_ranges_nothing_is_drawn_and_no_value_is_likely(yearly):
    rows = tuple(row.model_copy(update={"low": None, "high": None}) for row in yearly.case.base.rows)
    plain = hm.run(dataclasses.replace(yearly.case.base, rows=rows), solved=False)
    first, second, _ = verdict(plain).lines()
    assert first.startswith("Values as given: ")
    assert second == (
        "How sure this is cannot be said: northx: no input has a range, so there is nothing to draw; "
        "give rows low and high."
    )
    assert verdict(plain).lines("sv")[1].startswith("Hur säkert detta är går inte att säga: northx: inga indata")


def test_without_scipy_it_says_what_to_install(yearly, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    judged = verdict(yearly)
    assert judged.lines()[1] == (
        "How sure this is cannot be said: draws need the package scipy, which is not here; install it."
    )
    assert judged.lines("sv")[1] == (
        "Hur säkert detta är går inte att säga: dragningar kräver paketet scipy, som inte finns här; installera det."
    )
    assert judged.lines()[2].startswith("The grant turns ")


def test_the_grant_is_taken_away_as_a_scenario_does(yearly, drawn):
    without = hm.run(hm.load("northx", "without-grant").with_({"period": "year"}), solved=False)
    judged = verdict(yearly, drawn)
    assert judged.without_grant == pytest.approx(float(without[VALUE]), rel=1e-12)
    assert verdict(without, unsaid="not asked for").lines()[2] == "There is no grant."


def test_seen_from_today_the_grant_is_spent_and_from_completion_it_is_not(yearly):
    seen = {view: hm.run(yearly.case.with_({"view": view}), solved=False) for view in ("completion", "today")}
    today, completion = (verdict(seen[view], unsaid="not asked for") for view in ("today", "completion"))
    assert (today.grant_is_spent, today.without_grant) == (True, None)
    # completion only moves the date: both values grow at the required return, so that their ratio stays
    decision = verdict(yearly, unsaid="not asked for")
    assert completion.without_grant / completion.value == pytest.approx(decision.without_grant / decision.value)


def test_a_scenario_that_was_changed_again_says_so():
    case = hm.load("northx", "without-grant")
    assert titles_of(case) == {"en": "Without grant", "sv": "Utan bidrag"}
    changed = case.with_({"commercial_margin": 0.3})
    assert titles_of(changed)["sv"] == "Utan bidrag, med egna ändringar"
    assert titles_of(hm.load("northx").with_({"commercial_margin": 0.3}))["en"] == "own changes"
    assert titles_of(hm.load("northx")) == {}


def test_the_page_draws_what_the_verdict_draws(yearly, drawn):
    desk = Desk(yearly.case, bands=("payback_years", VALUE))
    found = desk._simulate(yearly.case, state.DRAWS)
    assert (found.count, found.draws.seed) == (DRAWS, SEED)
    assert found.of(VALUE).tolist() == drawn.of(VALUE).tolist()
    assert verdict(yearly, found) == verdict(yearly)


def test_the_board_says_of_the_same_draws_the_same(yearly, drawn, monkeypatch):
    shown = {}
    monkeypatch.setattr(report, "pdf", lambda study, simulation, language: shown.update({language: simulation}) or b"")
    worker.board_of((yearly.case, "sv"))
    assert shown["sv"].of(VALUE).tolist() == drawn.of(VALUE).tolist()
    for language in ("en", "sv"):
        page = board(yearly, shown["sv"], language)[0]
        assert page["answer"] == list(verdict(yearly).lines(language))
        assert page["description"] == " ".join(page["answer"])


def test_compiled_or_not_the_lines_are_the_same(yearly, drawn):
    plain = hm.simulate(yearly.case, DRAWS, seed=SEED, compiled=False)
    assert verdict(yearly, plain).lines() == verdict(yearly, drawn).lines()
    assert odds_of(plain).below == odds_of(drawn).below


def test_it_is_printed_as_three_lines(yearly, drawn):
    judged = verdict(yearly, drawn)
    assert str(judged).split("\n") == list(judged.lines())
    assert judged._repr_markdown_().split("\n") == [f"- {line}" for line in judged.lines()]
    assert judged.parts("sv")["lines"] == list(judged.lines("sv"))
