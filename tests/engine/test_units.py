"""Units: what people write, what it converts to, and how units multiply and divide."""

import pytest

from hubmodel.engine.units import Membership, Unit, parse, unit
from hubmodel.errors import UnitError


@pytest.mark.parametrize(
    ("text", "factor", "base"),
    [
        ("SEK", 1, "SEK"),
        ("MSEK", 1e6, "SEK"),
        ("mnkr", 1e6, "SEK"),
        ("tkr", 1e3, "SEK"),
        ("SEK/hour", 1, "SEK/hour"),
        ("SEK/h", 1, "SEK/hour"),
        ("kSEK/post/month", 12_000, "SEK/post/year"),  # 1 000 SEK x 12 months
        ("project/month", 12, "project/year"),
        ("month", 1 / 12, "year"),
        ("week", 7 / 365, "year"),
        ("day", 1 / 365, "year"),
        ("suite-days/year", 1, "suite-day/year"),
        ("batches/project", 1, "batch/project"),
        ("post*year", 1, "post*year"),
        ("1/year", 1, "1/year"),
        ("1/month", 12, "1/year"),
        ("share", 1, "1"),
        ("%", 0.01, "1"),
        ("%/year", 0.01, "1/year"),
        ("date", 1, "year"),
        ("SEK/SEK", 1, "1"),
        ("hour/kSEK", 0.001, "hour/SEK"),  # an hour for 1 000 SEK
    ],
)
def test_a_unit_is_read_as_people_write_it(text, factor, base):
    got, found = parse(text)
    assert (got, str(found)) == (pytest.approx(factor, rel=1e-15), base)


@pytest.mark.parametrize("text", ["EUR", "SEK/furlong", "", "SEK//year", "MSEK per year"])
def test_an_unknown_unit_is_refused_with_those_that_are_known(text):
    with pytest.raises(UnitError, match=r"unit '.*is not known; use SEK, year, hour"):
        parse(text)


@pytest.mark.parametrize("other", ["SEK", "1/year", "hour/batch", "share"])
def test_dividing_undoes_multiplying(other):
    assert unit("SEK/hour") * unit(other) / unit(other) == unit("SEK/hour")


def test_the_order_of_factors_does_not_matter():
    assert unit("SEK/post/year") == unit("SEK/year/post") == unit("SEK/year") / unit("post")


def test_units_that_cancel_leave_the_plain_number():
    assert unit("SEK/hour") * unit("hour") / unit("SEK") == Unit()


@pytest.mark.parametrize("text", ["SEK", "1/year", "SEK/post/year", "post*year", "1", "hour/batch"])
def test_what_is_printed_is_read_again(text):
    assert parse(str(unit(text))) == (1.0, unit(text))


def test_an_empty_parent_keeps_its_place():
    by = Membership("platform", "suite", (2, 0, 2), 3)
    assert [rows.tolist() for rows in by.children] == [[1], [], [0, 2]]
