"""Every identity that must tie, and the judgements: an identity that fails is an error, a warning only says so."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.reading import documented, documented_lines, plausibility
from hubmodel.engine import units
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.result import PLAUSIBLE, Check, Evaluation, evaluate
from hubmodel.text.language import text

SMALL = 1e-9  # what rounding may leave, relative to the largest amount compared


def _tie(name: str, left: object, right: object, message: str, size: object = 0.0) -> Check:
    a, b = np.broadcast_arrays(np.asarray(left, dtype=float), np.asarray(right, dtype=float))
    difference = float(np.max(np.abs(a - b), initial=0.0))
    tolerance = SMALL * max(1.0, *(float(np.max(np.abs(np.asarray(one)), initial=0.0)) for one in (a, b, size)))
    ok = difference <= tolerance  # a nan is not
    return Check(name, "identity", ok, difference, tolerance, "" if ok else message)


def _warn(name: str, raised: bool, difference: float, message: str) -> Check:
    return Check(name, "warning", True, difference, 0.0, message if raised else "")


@functools.lru_cache(maxsize=8)
def _own_rows(case: Case) -> dict[str, float]:
    result = evaluate(case)
    return {name: _named(result, name) for name in documented_lines(case.folder)}


def _named(result: Evaluation, name: str) -> float:
    """Return a number as [documented] names it: line, line[row], or either with the year of an amount behind it."""
    match = re.fullmatch(r"(\w+)(?:\[(.+)\])?(?: (\d{4}))?", name)
    if match is None:
        raise InputError(f"{result.case.name}/case.toml: {name!r} must be a line, line[row] or line[row] 2025")
    line, row, year = match[1], match[2] or "", match[3]
    years, rows = result.series(line)
    if row not in rows:
        raise UnknownName.of(f"row of {line} in [documented] of {result.case.name}/case.toml", row, rows)
    if year and year not in years:
        raise UnknownName.of("year of the calendar", year, years)
    return rows[row][years.index(year)] if year else float(np.ravel(result[line])[list(rows).index(row)])


def documented_totals(result: Evaluation) -> Check:
    """The case's own rows, before overrides, give the totals that its documents print."""
    lines = documented_lines(result.case.folder)
    if not lines:
        return Check("documented_totals", "identity", True, 0.0, 0.0, "nothing documented")
    own, facts = _own_rows(result.case.base or result.case), documented(result.case.folder)
    printed = {name: float(facts[one]["value"]) * units.parse(facts[one]["unit"])[0] for name, one in lines.items()}
    wrong = [name for name in lines if abs(own[name] - printed[name]) > SMALL * abs(printed[name])]
    return _tie(
        "documented_totals",
        list(own.values()),
        [printed[name] for name in own],
        f"the rows do not give what the documents print for {', '.join(wrong)}; mend the rows",
    )


def investment_is_paid_for(result: Evaluation) -> Check:
    """Grant used, loans and the owner's part make up the investment."""
    paid = result["grant_used_total"] + result["loan_used_total"] + result["own_contribution"]
    return _tie(
        "investment_is_paid_for",
        paid,
        result["total_investment"],
        "grant used, loans and own contribution are not the investment; is it all spent within the calendar?",
    )


def grant_as_scheduled(result: Evaluation) -> Check:
    """The grant received is the total of the chosen schedule."""
    case = result.case
    planned = sum(row.base for row in case.by_key[f"grant_{case.chosen('grant_schedule')}"]) * result["grant_factor"]
    return _tie(
        "grant_as_scheduled",
        result["grant_total"],
        planned,
        "the grant received is not the total of the chosen schedule; look at its dates",
    )


def balance_sheet(result: Evaluation) -> Check:
    """The balance sheet balances in every period."""
    gap = result["balance_gap"]
    size = max(1.0, float(np.max(np.abs(result["assets_in_balance"]))))
    worst = float(np.max(np.abs(gap)))
    ok = worst <= SMALL * size
    return Check(
        "balance_sheet", "identity", ok, worst, SMALL * size, "" if ok else "assets are not liabilities and equity"
    )


def cash_ties(result: Evaluation) -> Check:
    """Cash is what is free and what is held for the grant; its change is the cash flow."""
    held = result["free_cash"] + result["unearned_grant"]
    return _tie(
        "cash_ties",
        result["cash"],
        held,
        "cash from the cash flow is not free cash and unearned grant",
        result["cash_before_loss_funding"],
    )


def sources_are_uses(result: Evaluation) -> Check:
    """What comes in is what goes out, in every period."""
    return _tie("sources_are_uses", result["sources"], result["uses"], "sources are not uses")


def second_opinion_on_value(result: Evaluation) -> Check:
    """The net present value is numpy_financial's, from the printed flow."""
    import numpy_financial as npf

    rate = (1 + float(result["required_return"])) ** float(result["period_length"]) - 1
    first = float(result["discounting_date"][0, 0])
    to_valuation = (1 + float(result["required_return"])) ** (float(result["valuation_date"]) - first)
    other = npf.npv(rate, result["counted_cash_flow"][0]) * to_valuation
    return _tie("second_opinion_on_value", result["net_present_value"], other, "numpy_financial finds another value")


def sites_add_up(result: Evaluation) -> Check:
    """The sites' earnings add up to the hub's."""
    return _tie("sites_add_up", result["ebitda_at_site"].sum(axis=0), result["ebitda"][0], "sites do not add up")


def full_cost_is_borne(result: Evaluation) -> Check:
    """The tracks and training bear all operating cost and gross depreciation."""
    borne = result["innovation_full_cost"] + result["commercial_full_cost"] + result["total_training_cost"]
    return _tie(
        "full_cost_is_borne",
        borne,
        result["total_operating_cost"] + result["gross_depreciation"],
        "full cost by track is not the whole cost",
    )


def shares_are_shares(result: Evaluation) -> Check:
    """Every share lies between 0 and 1."""
    names = [name for name in result.values if name.endswith("_share") or name == "utilisation"]
    return _bounds("shares_are_shares", result, names, 0.0, 1.0)


def stocks_are_not_negative(result: Evaluation) -> Check:
    """No stock falls below zero."""
    ends = (
        "_stage",
        "_active",
        "_posts",
        "_posts_hired",
        "loan_balance",
        "_losses",
        "_reserves",
        "_batches",
        "unearned_grant",
        "deferred_grant",
    )
    names = [name for name in result.values if name.endswith(ends)]
    return _bounds("stocks_are_not_negative", result, names, 0.0, np.inf)


def _bounds(name: str, result: Evaluation, lines: list[str], low: float, high: float) -> Check:
    worst, where = 0.0, ""
    for line in lines:
        value = np.nan_to_num(np.asarray(result[line], dtype=float), nan=low)
        scale = float(np.max(np.abs(value), initial=1.0))
        out = float(np.max(np.maximum(low - value, value - high), initial=0.0)) / scale
        if out > worst:
            worst, where = out, line
    ok = worst <= SMALL
    return Check(name, "identity", ok, worst, SMALL, "" if ok else f"{where} lies outside its bounds by {worst:.3g}")


def tax_and_books_tie(result: Evaluation) -> Check:
    """What tax has deducted beyond the books stands in reserves and temporary differences, at each year's end."""
    ends = np.asarray(result["year_ends"][0], dtype=bool)
    earned = np.cumsum(result["profit_before_tax"] - result["taxable_profit"], axis=-1)[0, ends]
    carried = (result["untaxed_reserves"] + result["temporary_difference"] + result["grant_never_taxed"])[0, ends]
    return _tie("tax_and_books_tie", earned, carried, "tax depreciation and untaxed reserves do not tie to the books")


def suites_are_not_overfull(result: Evaluation) -> Check:
    """No suite is used for more days than it is open."""
    over = float(np.max(result["suite_days_used"] - result["suite_days_open"], initial=0.0))
    return Check(
        "suites_are_not_overfull",
        "identity",
        over <= SMALL,
        over,
        SMALL,
        "" if over <= SMALL else "a suite is used for more days than it is open",
    )


def inputs_are_graded(result: Evaluation) -> Check:
    """Every input has a grade, and a source or a note."""
    bad = [row.name for row in result.case.rows if not row.grade or (row.grade != "assumption" and not row.source)]
    bad += [row.name for row in result.case.rows if row.grade == "assumption" and not row.note]
    return Check(
        "inputs_are_graded",
        "identity",
        not bad,
        float(len(bad)),
        0.0,
        f"no grade, source or note: {', '.join(bad[:5])}" if bad else "",
    )


def value_is_a_number(result: Evaluation) -> Check:
    """The net present value is a finite number."""
    ok = bool(np.isfinite(result["net_present_value"]))
    return Check(
        "value_is_a_number",
        "identity",
        ok,
        0.0 if ok else np.inf,
        0.0,
        "" if ok else "the net present value is not finite; look for a share of 1 or a time of 0",
    )


def commercial_margin_leads(result: Evaluation) -> Check:
    """The documents ask for a larger margin on commercial terms than on the innovation track."""
    gap = float(result["margin_gap"])
    return _warn(
        "commercial_margin_leads",
        not gap > 0,
        gap,
        f"the commercial margin does not exceed the innovation margin (gap {gap:.1%})",
    )


def free_cash_lasts(result: Evaluation) -> Check:
    """Free cash does not run out."""
    lowest = float(np.min(result["free_cash"]))
    return _warn("free_cash_lasts", lowest < -1, lowest, f"free cash falls to {lowest / 1e6:.1f} MSEK; who covers it?")


def co_financing_each_year(result: Evaluation) -> Check:
    """The owner's money is at least equal to the grant used, year by year."""
    years, grant = result.series("grant_used")
    _, own = result.series("own_contribution_in_period")
    _, losses = result.series("loss_funding")
    short = [
        year
        for year, given, paid, covered in zip(years, grant[""], own[""], losses[""], strict=True)
        if given > 1 and paid + covered < given - 1
    ]
    return _warn(
        "co_financing_each_year",
        bool(short),
        float(len(short)),
        f"the owner puts in less than the grant used in {', '.join(short)}",
    )


def aid_within_ceiling(result: Evaluation) -> Check:
    """The aid keeps to the ceiling, where the case asks for one to be tested."""
    over = float(result["aid_above_ceiling"])
    return _warn("aid_within_ceiling", over > 0, over, f"the aid exceeds the ceiling by {over:.1%} of the investment")


def loan_within_investment(result: Evaluation) -> Check:
    """Loans are no larger than the investment that they are to pay."""
    drawn, whole = float(np.sum(result["debt_drawn"])), float(result["total_investment"])
    message = f"loans of {drawn / 1e6:.1f} MSEK exceed the investment of {whole / 1e6:.1f} MSEK; what for?"
    return _warn("loan_within_investment", drawn > whole * (1 + SMALL), drawn - whole, message)


def plausible(result: Evaluation) -> list[Check]:
    """Say which figures lie outside the band that facilities of this kind keep to."""
    out = []
    for band in plausibility(result.case.folder):
        value = np.asarray(result[band["key"]], dtype=float) / units.parse(band["unit"])[0]
        outside = bool(np.any(value < float(band["low"])) or np.any(value > float(band["high"])))
        shown = f"{value.min():.3g} … {value.max():.3g}" if value.size > 1 else f"{float(value.ravel()[0]):.3g}"
        said = f"{band['key']} is {shown} {band['unit']}, outside {band['low']} to {band['high']}: {band['note']}"
        out.append(_warn(f"{PLAUSIBLE}{band['key']}", outside, 0.0, said))
    return out


IDENTITIES: tuple[Callable[[Evaluation], Check], ...] = (
    documented_totals,
    investment_is_paid_for,
    grant_as_scheduled,
    balance_sheet,
    cash_ties,
    sources_are_uses,
    second_opinion_on_value,
    sites_add_up,
    full_cost_is_borne,
    shares_are_shares,
    stocks_are_not_negative,
    suites_are_not_overfull,
    tax_and_books_tie,
    inputs_are_graded,
    value_is_a_number,
)
WARNINGS: tuple[Callable[[Evaluation], Check], ...] = (
    commercial_margin_leads,
    free_cash_lasts,
    co_financing_each_year,
    aid_within_ceiling,
    loan_within_investment,
)


def checks_of(result: Evaluation) -> tuple[Check, ...]:
    """Return every check of a result."""
    return (*(check(result) for check in (*IDENTITIES, *WARNINGS)), *plausible(result))


def outcome(checks: Sequence[Check], language: str = "en") -> tuple[str, str]:
    """Return OK or FAILED as a word, and how many identities hold and judgements are raised as a sentence."""
    identities = [check for check in checks if check.level == "identity"]
    word = "OK" if all(check.ok for check in checks) else "FAILED"
    sentence = text("{good} of {all} identities hold; {raised} to note", language)
    good = len([check for check in identities if check.ok])
    raised = len([check for check in checks if check.level == "warning" and check.message])
    return text(word, language), sentence.format(good=good, all=len(identities), raised=raised)


def unproven(case: Case) -> dict[str, int]:
    """Return how many inputs stand on which grade."""
    out: dict[str, int] = {}
    for row in case.rows:
        out[row.grade] = out.get(row.grade, 0) + 1
    return out
