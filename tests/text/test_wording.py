"""Wording shared by page and paper: changes, probabilities, and the state of the checks."""

import pytest

from hubmodel.study.checks import outcome
from hubmodel.study.result import Check
from hubmodel.text.numbers import MINUS, NBSP
from hubmodel.text.wording import cut, probability, signed


def test_a_change_has_its_sign_and_shares_change_by_points():
    assert signed(0.005, "share") == f"+0.50{NBSP}%-points"
    assert signed(-0.02, "1/year", "sv") == f"{MINUS}2,00{NBSP}%-enheter"
    assert signed(2e6, "SEK") == f"+2.00{NBSP}MSEK"
    assert signed(-2e6, "SEK").startswith(MINUS)
    assert signed(0.0, "SEK") == "unchanged"


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0 %"), (1.0, "100 %"), (0.2246, "22 %"), (0.004, "0.40 %")])
def test_a_probability_of_nothing_is_a_number_too(value, shown):
    assert probability(value).replace(NBSP, " ") == shown


CHECKS = (
    Check("balance_sheet", "identity", True, 0.0, 1.0, ""),
    Check("cash_ties", "identity", False, 9.0, 1.0, "cash does not tie"),
    Check("free_cash_lasts", "warning", True, 0.0, 0.0, "free cash is negative"),
    Check("plausible_jobs_direct", "warning", True, 0.0, 0.0, ""),
)


def test_the_verdict_counts_identities_and_what_is_raised():
    assert outcome(CHECKS) == ("FAILED", "1 of 2 identities hold; 1 to note")
    assert outcome((CHECKS[0], *CHECKS[2:])) == ("OK", "1 of 1 identities hold; 1 to note")
    assert outcome(CHECKS, "sv") == ("FEL", "1 av 2 identiteter stämmer; 1 att notera")


def test_a_check_of_a_band_is_called_by_its_figure():
    assert CHECKS[3].title("sv") == "Rimlighet: Direkta arbetstillfällen"
    assert CHECKS[0].title("sv") == "Balansräkning"


def test_what_is_too_long_is_cut_at_a_word():
    assert cut("a hub for vaccines and therapies", 20) == "a hub for vaccines …"
    assert cut("a hub", 5) == "a hub"
    assert cut("x" * 99, 10) == "x" * 9 + "…"
    assert all(len(cut("word " * 99, most)) <= most for most in (10, 46, 130))
