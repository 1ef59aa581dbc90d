"""Terms of a quote: read from a file or a person, refused in one line, with a hash of their own."""

import pytest

from hubmodel.case.quote_terms import Quote, quote_of
from hubmodel.errors import InputError, NumberError, UnknownName

TERMS = {"name": "Pilot", "platform": "mRNA", "signed": "2027-01", "start": "2027-07"}
BATCHES = {**TERMS, "batches": 3, "batches_per_month": 0.5}


def test_terms_are_read_as_people_write_them():
    given = {
        "development_hours": "1 800 h",
        "development_months": "6",
        "discount": "5 %",
        "academic": "yes",
        "index_clause": True,
        "currency": "EUR",
        "exchange_rate": "11,5",
    }
    quote = quote_of(TERMS | given)
    assert (quote.development_hours, quote.development_months, quote.discount) == (1800, 6, 0.05)
    assert (quote.academic, quote.index_clause, quote.exchange_rate) == (True, True, 11.5)


def test_what_was_said_is_kept_and_nothing_else():
    quote = quote_of(BATCHES | {"reason": "an enquiry", "academic": False})
    assert quote.terms == {
        "platform": "mRNA", "signed": "2027-01", "start": "2027-07", "batches": 3, "batches_per_month": 0.5
    }  # fmt: skip
    assert quote_of({"name": "Pilot", "reason": "an enquiry", **quote.terms}) == quote


def test_the_hash_is_that_of_the_terms():
    quote = quote_of(BATCHES)
    assert quote_of(BATCHES | {"name": "Another", "reason": "asked again"}).hash == quote.hash
    assert quote_of(BATCHES | {"batches": 4}).hash != quote.hash
    assert len(quote.hash) == 12


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (
            TERMS,
            "the quote 'Pilot' does not hold: has neither development_hours nor batches; give at least one of them",
        ),
        (BATCHES | {"name": " "}, "has no name; give it one"),
        (BATCHES | {"start": "in spring"}, "start must be a month, got 'in spring'; write for example 2027-03"),
        (BATCHES | {"signed": "2027-13"}, "signed must be a month, got '2027-13'"),
        (BATCHES | {"start": "2026-12"}, "starts 2026-12, before it is signed, 2027-01; change one of them"),
        (BATCHES | {"batches": -1}, "batches must not be negative, got -1 batch; give a positive number"),
        (BATCHES | {"batches": 2.5}, "batches must be a whole number, got 2.5; quote whole batches"),
        (BATCHES | {"batches": float("nan")}, "batches must be a number, got nan"),
        (BATCHES | {"batches": True}, "batches must be a number, got True"),
        (BATCHES | {"batches_per_month": 0}, "has batches but no pace; say batches_per_month"),
        (TERMS | {"development_hours": 100}, "has development_hours but no time for them; say development_months"),
        (BATCHES | {"discount": 5}, "discount must be a share between 0 and 1, got 5; write 5 % as 0.05"),
        (
            BATCHES | {"discount": "110 %"},
            "quote 'Pilot': discount must be a share between 0 and 1, got 110 %; give 100 % at most",
        ),
        (BATCHES | {"deposit_share": 0.6, "milestone_share": 0.5}, "are more than the whole price together"),
        (BATCHES | {"currency": "euro", "exchange_rate": 11}, "currency must be three capitals, got 'euro'"),
        (BATCHES | {"currency": "EUR"}, "is in EUR but has no exchange_rate; say what one EUR is worth"),
        (BATCHES | {"exchange_rate": 11}, "has an exchange rate but no currency; name it"),
        (BATCHES | {"rate_move": -0.1}, "has an exchange rate but no currency; name it"),
        (BATCHES | {"currency": "EUR", "exchange_rate": 11, "rate_move": -1}, "rate_move must be above -1, got -1"),
        (BATCHES | {"academic": "perhaps"}, "academic must be yes or no, got 'perhaps'; write one of them"),
    ],
)
def test_terms_without_meaning_are_refused_in_one_line(terms, expected):
    with pytest.raises(InputError) as refused:
        quote_of(terms)
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_term_is_named():
    with pytest.raises(InputError, match="quote 'Pilot': lacks platform, start; say it"):
        quote_of({"name": "Pilot", "signed": "2027-01"})


def test_an_unknown_term_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="no term of a quote 'batchs'; did you mean 'batches'"):
        quote_of(TERMS | {"batchs": 3})


def test_a_number_that_can_be_read_in_two_ways_is_refused():
    with pytest.raises(NumberError, match=r"development_hours: '1\.800' may be 1800 or 1\.800"):
        quote_of(TERMS | {"development_hours": "1.800"})


def test_a_quote_written_in_python_is_checked_too():
    with pytest.raises(InputError, match="discount must be a share between 0 and 1, got 5"):
        Quote("Pilot", "mRNA", "2027-01", "2027-07", batches=1, batches_per_month=1, discount=5)
