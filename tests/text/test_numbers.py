"""Numbers of people: reading, refusals, formatting, and reading back what was formatted."""

from __future__ import annotations

import calendar
import datetime
import math
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubmodel.errors import NumberError, UnitError, UnknownName
from hubmodel.text.numbers import MINUS, NBSP, format_value, parse_number

LANGUAGES = ("en", "sv")
UNITS = (
    "1", "SEK", "MSEK", "kSEK/post/month", "SEK/hour", "SEK/batch", "MSEK/year", "share", "%", "1/year", "share/year",
    "index", "ratio", "count", "flag", "year", "month", "week", "day", "hour", "hour/batch", "suite-day",
    "suite-day/year", "project/year", "batch", "dose", "post", "seat/course", "course", "visit",
)  # fmt: skip
VALUES = st.floats(-1e280, 1e280, allow_subnormal=False)


def read_or_refused(text: str, unit: str) -> str:
    try:
        return "a number" if math.isfinite(parse_number(text, unit)) else "not finite"
    except NumberError as error:
        return str(error)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


class TestReads:
    @pytest.mark.parametrize(
        ("text", "unit", "value"),
        [
            ("1 250 000,5", "SEK", 1_250_000.5),
            ("1250000.5", "SEK", 1_250_000.5),
            ("1,250,000.5", "SEK", 1_250_000.5),
            ("1.250.000,5", "SEK", 1_250_000.5),
            ("1,250,000", "SEK", 1_250_000),
            ("1 250,125", "SEK", 1250.125),  # the space shows that the comma is decimal
            (" 12 ", "SEK", 12),
            ("+12", "SEK", 12),
            (".5", "1", 0.5),
            ("0,350", "share", 0.35),  # a group after 0 cannot be thousands
            ("-0.125", "1", -0.125),
            ("1e-05", "1", 0.00001),
            ("1.234e5", "1", 123_400),  # an exponent has no thousands separator beside it
        ],
    )
    def test_separators(self, text: str, unit: str, value: float) -> None:
        assert parse_number(text, unit) == value

    @pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u2007", "\u3000", "\t", "  "])
    def test_any_space_groups_thousands(self, space: str) -> None:
        assert parse_number(f"1{space}250{space}000{space}kr", "SEK") == 1_250_000

    @pytest.mark.parametrize("text", ["-12,5", "\u221212,5", "\u2212 12.5", "\u201312,5", "(12,5)", "( 12.5 )"])
    def test_minus(self, text: str) -> None:
        assert parse_number(text, "1") == -12.5

    @pytest.mark.parametrize(
        ("text", "unit", "value"),
        [
            ("61,4 mnkr", "SEK", 61_400_000),  # 61.4 x 1 000 000
            ("61.4MSEK", "SEK", 61_400_000),
            ("61,4 Mkr", "MSEK", 61.4),
            ("(12,5) mnkr", "SEK", -12_500_000),
            ("(12,5 mnkr)", "SEK", -12_500_000),
            ("12,5 tkr", "SEK", 12_500),
            ("12.5 kSEK", "MSEK", 0.0125),  # 12 500 / 1 000 000
            ("1 250 SEK/h", "SEK/hour", 1250),
            ("1 250 kr / tim", "SEK/hour", 1250),
            ("1 250 kr per timme", "SEK/hour", 1250),
            ("42 tkr/tjänst/månad", "SEK/post/year", 504_000),  # 42 000 x 12
            ("3 kSEK/month", "SEK/year", 36_000),  # 3 000 x 12
            ("6 months", "year", 0.5),
            ("6 månader", "year", 0.5),
            ("73 days", "year", 0.2),  # 73 / 365
            ("2 batcher", "batch", 2),
            ("0,05 per year", "1/year", 0.05),
            ("35 %", "share", 0.35),
            ("35%", "share", 0.35),
            ("150 procent", "share", 1.5),
            ("35", "%", 35),
            ("120 %", "index", 1.2),
            ("10,5 %", "1/year", 0.105),
            ("10,5 %/år", "1/year", 0.105),
            ("1", "share", 1),
        ],
    )
    def test_units(self, text: str, unit: str, value: float) -> None:
        assert parse_number(text, unit) == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2023-03-31", 2023 + (3 - 1 + 30 / 31) / 12),
            ("2024-02-29", 2024 + (2 - 1 + 28 / 29) / 12),
            ("2023\u221203\u221231", 2023 + (3 - 1 + 30 / 31) / 12),
            ("2027-03", 2027 + 2 / 12),
            ("2027", 2027),
            ("2027,25", 2027.25),
        ],
    )
    def test_dates(self, text: str, value: float) -> None:
        assert parse_number(text, "date") == value


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1.234", r"'1\.234' may be 1234 or 1\.234; write 1234 or 1\.2340"),
            ("1,250", r"'1,250' may be 1250 or 1\.250; write 1250 or 1\.2500"),
            ("-12,500", r"'-12,500' may be 12500 or 12\.500; write"),
            ("1,250 mnkr", r"'1,250 mnkr' may be 1250 or 1\.250; write"),
        ],
    )
    def test_what_may_be_two_numbers(self, text: str, message: str) -> None:
        with pytest.raises(NumberError, match=message):
            parse_number(text, "SEK")

    @pytest.mark.parametrize(
        "text",
        ["1,25,000", "1.2.3", "1,2.3,4", "12 50", "1 2500", "1,250 000", "1 250.000.000", "5.", "5,", "1,,5", "1.,5",
         "5 - 6", ",5.000", "1234,567,890", "1_000", "0x1f", "12e3e4", "5 1/batch"],
    )  # fmt: skip
    def test_separators_out_of_place(self, text: str) -> None:
        with pytest.raises(NumberError, match="has separators out of place; write for example 1 250 000,5 or"):
            parse_number(text, "SEK")

    @pytest.mark.parametrize(
        "text", ["", " ", "abc", "nan", "NaN", "inf", "-inf", "Infinity", "∞", "SEK 5", "-", "()", "٣", "½"]
    )
    def test_text(self, text: str) -> None:
        with pytest.raises(NumberError, match="write for example 1 250,50 SEK"):
            parse_number(text, "SEK")

    @pytest.mark.parametrize("text", ["(5", "5)", "(5))", "(-5)", "(+5)", ")5("])
    def test_brackets(self, text: str) -> None:
        with pytest.raises(NumberError, match=r"bracket out of place; write minus|is not a number"):
            parse_number(text, "SEK")

    @pytest.mark.parametrize(
        ("text", "unit", "suffix"),
        [
            ("35 %", "SEK", "%"),
            ("35 %", "count", "%"),
            ("35 %", "hour/batch", "%"),
            ("1 250 kr", "SEK/hour", "kr"),
            ("1 250 kr/h", "SEK", "kr/h"),
            ("61,4 mnkr", "share", "mnkr"),
            ("5 batches", "1", "batches"),
            ("6 months", "SEK", "months"),
        ],
    )
    def test_units_that_do_not_fit(self, text: str, unit: str, suffix: str) -> None:
        with pytest.raises(NumberError, match=f"'{text}' is in {suffix}, but {unit} is wanted; write for example"):
            parse_number(text, unit)

    def test_units_nobody_knows(self) -> None:
        with pytest.raises(NumberError, match=r"'12 foo': unit 'foo' is not known; write for example 1 250,50 SEK"):
            parse_number("12 foo", "SEK")

    @pytest.mark.parametrize("unit", ["share", "1/year", "share/year"])
    @pytest.mark.parametrize(
        ("text", "cure"),
        [("35", "35 % as 35 % or 0.35"), ("35,5", "35,5 % as 35,5 % or 0.355"), ("-2.5", "2.5 % as 2.5 % or 0.025")],
    )
    def test_a_bare_number_above_the_whole(self, text: str, cure: str, unit: str) -> None:
        with pytest.raises(NumberError, match=re.escape(f"'{text}' is more than the whole; write {cure}")):
            parse_number(text, unit)

    @pytest.mark.parametrize("text", ["1e300", "1e999", "9" * 300, "1" * 600])
    @pytest.mark.parametrize("unit", ["1", "share", "SEK"])
    def test_more_than_a_number_can_hold(self, text: str, unit: str) -> None:
        with pytest.raises(NumberError, match=r"is too large; write a number below 1e290|is not a number"):
            parse_number(text, unit)

    @pytest.mark.parametrize("text", ["35", "0035", "31/3/2023", "2023-3-31-1", "March 2027", "", "2027 år"])
    def test_no_dates(self, text: str) -> None:
        with pytest.raises(NumberError, match="is not a date; write year-month-day, for example 2023-03-31"):
            parse_number(text, "date")

    @pytest.mark.parametrize("text", ["2023-02-29", "2023-13-01", "2023-00-10", "0000-01-01"])
    def test_no_days(self, text: str) -> None:
        with pytest.raises(NumberError, match="is no day of the calendar; write for example 2023-03-31"):
            parse_number(text, "date")

    def test_a_date_is_no_amount(self) -> None:
        with pytest.raises(NumberError, match="'2023-03-31' has separators out of place"):
            parse_number("2023-03-31", "SEK")

    def test_wanted_unit_that_is_not_known(self) -> None:
        with pytest.raises(UnitError, match="'furlong' is not known"):
            parse_number("12", "furlong")
        with pytest.raises(UnitError, match="'furlong' is not known"):
            format_value(12, "furlong")

    def test_language_that_is_not_known(self) -> None:
        with pytest.raises(UnknownName, match="no language 'se'; known: en, sv"):
            format_value(1, "SEK", "se")


class TestWrites:
    @pytest.mark.parametrize(
        ("value", "unit", "english", "swedish"),
        [
            (61.4e6, "SEK", "61.4 MSEK", "61,4 mnkr"),
            (61.4, "MSEK", "61.4 MSEK", "61,4 mnkr"),
            (50e6, "SEK", "50.0 MSEK", "50,0 mnkr"),
            (1_234_567, "SEK", "1.23 MSEK", "1,23 mnkr"),
            (1_234_567_890, "SEK", "1 235 MSEK", "1 235 mnkr"),
            (123_456, "SEK", "123 kSEK", "123 tkr"),
            (999_950, "SEK", "1.00 MSEK", "1,00 mnkr"),  # rounds up into the next unit
            (1250, "SEK/hour", "1 250 SEK/h", "1 250 kr/h"),
            (1.4e6, "SEK/batch", "1.40 MSEK/batch", "1,40 mnkr/batch"),
            (42, "kSEK/post/month", "42.0 kSEK/post/month", "42,0 tkr/tjänst/månad"),
            (85.5, "SEK/dose", "85.5 SEK/dose", "85,5 kr/dos"),
            (0.449, "share", "44.9 %", "44,9 %"),
            (0.05, "share", "5.00 %", "5,00 %"),
            (1.0, "share", "100 %", "100 %"),
            (12, "%", "12.0 %", "12,0 %"),
            (0.105, "1/year", "10.5 %/year", "10,5 %/år"),
            (12_345, "batch", "12 345 batches", "12 345 batcher"),
            (1, "batch", "1 batch", "1 batch"),
            (7.314, "year", "7.31 years", "7,31 år"),
            (2031, "year", "2031", "2031"),
            (2.5, "month", "2.5 months", "2,5 månader"),
            (4, "suite-day/batch", "4 suite-day/batch", "4 svitdag/batch"),
            (75, "post", "75 posts", "75 tjänster"),
            (3, "hour", "3 h", "3 h"),
            (1.2345, "index", "1.23", "1,23"),
            (2, "1", "2", "2"),
            (0.000123, "1", "0.000123", "0,000123"),
        ],
    )
    def test_in_both_languages(self, value: float, unit: str, english: str, swedish: str) -> None:
        assert plain(format_value(value, unit)) == english
        assert plain(format_value(value, unit, "sv")) == swedish

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_groups_and_units_do_not_break(self, language: str) -> None:
        written = format_value(1250, "SEK/hour", language)
        assert written.count(NBSP) == 2
        assert " " not in written

    @pytest.mark.parametrize("value", [0, -0.0, 0.001, -0.001])
    def test_nothing(self, value: float) -> None:
        assert [format_value(value, "SEK", language) for language in LANGUAGES] == ["\u2013", "\u2013"]

    @pytest.mark.parametrize("value", [None, math.nan, math.inf])
    @pytest.mark.parametrize("unit", ["SEK", "share", "date", "1"])
    def test_missing(self, value: float | None, unit: str) -> None:
        assert [format_value(value, unit, language) for language in LANGUAGES] == ["n/a", "saknas"]

    def test_negative(self) -> None:
        assert plain(format_value(-12.5e6, "SEK", "sv")) == MINUS + "12,5 mnkr"
        assert plain(format_value(-12.5e6, "SEK", "sv", parentheses=True)) == "(12,5) mnkr"
        assert plain(format_value(12.5e6, "SEK", "sv", parentheses=True)) == "12,5 mnkr"

    @pytest.mark.parametrize(("digits", "shown"), [(2, "57 %"), (3, "56.7 %"), (4, "56.71 %"), (None, "56.7123 %")])
    def test_digits(self, digits: int | None, shown: str) -> None:
        assert plain(format_value(0.567123, "share", digits=digits)) == shown

    def test_all_digits_are_not_scaled(self) -> None:
        assert plain(format_value(1_234_567.891, "SEK", "sv", digits=None)) == "1 234 567,891 kr"

    @pytest.mark.parametrize(("digits", "shown"), [(4, "1.23"), (None, "1.2340")])
    def test_never_what_may_be_two_numbers(self, digits: int | None, shown: str) -> None:
        assert format_value(1.234, "1", digits=digits) == shown

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_dates(self, language: str) -> None:
        assert format_value(2023 + (3 - 1 + 30 / 31) / 12, "date", language) == "2023-03-31"

    def test_importing_does_not_load_babel(self) -> None:
        code = "import sys, hubmodel.text.numbers; sys.exit('babel' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestLaws:
    @pytest.mark.parametrize("language", LANGUAGES)
    @given(value=VALUES, unit=st.sampled_from(UNITS), parentheses=st.booleans())
    def test_all_digits_come_back(self, language: str, value: float, unit: str, parentheses: bool) -> None:
        written = format_value(value, unit, language, digits=None, parentheses=parentheses)
        assert parse_number(written, unit) == pytest.approx(value, rel=1e-15, abs=0)

    @pytest.mark.parametrize("unit", ["SEK", "share", "1", "SEK/hour", "year", "batch"])
    @given(value=VALUES, language=st.sampled_from(LANGUAGES))
    def test_base_units_come_back_to_the_bit(self, unit: str, value: float, language: str) -> None:
        assert parse_number(format_value(value, unit, language, digits=None), unit) == value

    @given(st.floats(1e-4, 1e12), st.sampled_from(UNITS), st.sampled_from(LANGUAGES), st.integers(2, 5))
    def test_what_is_shown_is_read_back_rounded(self, value: float, unit: str, language: str, digits: int) -> None:
        written = format_value(value, unit, language, digits)
        # at least two digits, or two decimals of SEK or per cent: half of the last one
        assert parse_number(written, unit) == pytest.approx(value, rel=0.05, abs=0.005)

    @given(st.dates(datetime.date(1, 1, 1), datetime.date(9998, 12, 31)), st.sampled_from(LANGUAGES))
    def test_dates_come_back(self, day: datetime.date, language: str) -> None:
        value = parse_number(day.isoformat(), "date")
        days = calendar.monthrange(day.year, day.month)[1]
        assert value == day.year + (day.month - 1 + (day.day - 1) / days) / 12
        assert format_value(value, "date", language) == day.isoformat()

    @given(st.floats(0.01, 1e9), st.sampled_from(LANGUAGES))
    def test_minus_is_the_mirror_of_plus(self, value: float, language: str) -> None:
        above, below = (format_value(sign * value, "SEK", language) for sign in (1, -1))
        assert below == MINUS + above

    @given(
        st.text(max_size=40) | st.from_regex(r"[-(]?[0-9., ]{1,12}[)]?[eE%a-z/ ]{0,6}", fullmatch=True),
        st.sampled_from((*UNITS, "date")),
    )
    def test_whatever_is_typed_is_a_number_or_one_clear_line(self, text: str, unit: str) -> None:
        answer = read_or_refused(text, unit)
        assert answer == "a number" or "; write" in answer
        assert "\n" not in answer
