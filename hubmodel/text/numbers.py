"""Parser of numbers that people type (page, command line, workbook), and formatter of numbers for people.

The parser reads everything that the formatter prints, in English and Swedish alike. Thousands are grouped with a
no-break space in both languages, because ``1,250`` and ``1.250`` mean two things to two readers.
"""

from __future__ import annotations

import datetime
import math
import re
from calendar import monthrange
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from hubmodel.engine import units
from hubmodel.errors import Message, NumberError, UnitError, UnknownName

NBSP, MINUS, NOTHING = "\u00a0", "\u2212", "\u2013"
_MISSING = {"en": "n/a", "sv": "saknas"}
_MONEY = {"en": {6: "MSEK", 3: "kSEK", 0: "SEK"}, "sv": {6: "mnkr", 3: "tkr", 0: "kr"}}
# singular and plural; a unit that is not here is written as it is in data
_SWEDISH = {
    "hour": ("h", "h"), "year": ("år", "år"), "month": ("månad", "månader"), "week": ("vecka", "veckor"),
    "day": ("dag", "dagar"), "suite-day": ("svitdag", "svitdagar"), "project": ("projekt", "projekt"),
    "batch": ("batch", "batcher"), "dose": ("dos", "doser"), "post": ("tjänst", "tjänster"),
    "seat": ("plats", "platser"), "course": ("kurs", "kurser"), "visit": ("besök", "besök"),
}  # fmt: skip
_ENGLISH = {unit: (unit, unit + ("es" if unit.endswith("ch") else "s")) for unit in _SWEDISH} | {"hour": ("h", "h")}
_UNIT_NAMES = {"en": _ENGLISH, "sv": _SWEDISH}
_TYPED = {
    **{name: unit for names in _UNIT_NAMES.values() for unit, both in names.items() for name in both},
    "msek": "MSEK", "mnkr": "MSEK", "mkr": "MSEK", "ksek": "kSEK", "tkr": "kSEK", "sek": "SEK", "kr": "SEK",
    "kronor": "SEK", "tim": "hour", "timme": "hour", "timmar": "hour", "mån": "month", "percent": "%", "procent": "%",
}  # fmt: skip
_PLAIN = {"1", "share", "index", "count", "flag", "ratio", "choice"}
_NUMBER = re.compile(
    r"(?P<open>\()? ?(?P<sign>[-+])? ?"
    r"(?P<body>[.,]?[0-9](?:[0-9., ]*[0-9])?)(?P<power>[eE][-+]?[0-9]{1,3})?(?P<rest>.*)"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_LONGEST, _LARGEST = 500, 10**290  # characters; and room for a factor before a float overflows


def parse_number(text: str, unit: str, bare: str = "") -> float:
    """Read a number as people write it, in the unit that is wanted.

    Parameters
    ----------
    text
        such as ``1 250 000,5``, ``35 %``, ``61,4 mnkr``, ``1 250 SEK/h``, ``(12,5)`` for minus, ``2023-03-31``.
    unit
        the unit of the result, as in data: ``SEK``, ``share``, ``SEK/hour``, ``date``, ``1`` …
    bare
        the unit of a number typed without one, where that is not `unit`: ``%`` in a field that shows shares so.

    Returns
    -------
    float
        The value [unit]; a date is year + (month - 1 + (day - 1) / days in the month) / 12.

    Raises
    ------
    NumberError
        if the text can be read in two ways or in none, or its unit does not convert to the wanted one.

    >>> parse_number("61,4 mnkr", "SEK")
    61400000.0
    >>> parse_number("35", "share")
    Traceback (most recent call last):
    ...
    hubmodel.errors.NumberError: '35' is more than the whole; write 35 % as 35 % or 0.35
    """
    clean = re.sub(r"\s+", " ", text.strip()).replace(MINUS, "-").replace(NOTHING, "-")
    if text.strip() == NOTHING:
        return 0.0  # as format_value writes it
    if unit == "date":
        return _date(clean, text)
    match = _NUMBER.fullmatch(clean)
    if match is None or len(clean) > _LONGEST:
        raise NumberError(
            "{typed!r} is not a number; write for example {example}", typed=text[:40], example=_example(unit, bare)
        )
    suffix, negative = _suffix(match, text)
    number = _fraction(match["body"], match["power"] or "", text)
    if not (suffix or bare) and _is_share(unit) and not unit.startswith("%") and number > 1:
        if number > 100:
            raise NumberError(
                "{typed!r} is more than the whole; write a share from 0 to 1, such as 0.35 or 35 %", typed=text
            )
        raise NumberError(
            "{typed!r} is more than the whole; write {number} % as {number} % or {share!r}",
            typed=text, number=clean.strip("()-+ "), share=float(number / 100),
        )  # fmt: skip
    number *= _factor(suffix or bare, unit, text, bare)
    return -float(number) if negative else float(number)


def parse_field(text: str, unit: str) -> float:
    """Read a number typed into a field that shows its unit: where that is %, a number without one is per cent.

    >>> parse_field("30", "share"), parse_field("0,35", "share"), parse_field("30", "SEK")
    (0.3, 0.0035, 30.0)
    """
    return parse_number(text, unit, "%" if _is_share(unit) else "")


def format_value(value: float | None, unit: str, language: str = "en", digits: int | None = 3,
                 parentheses: bool = False) -> str:  # fmt: skip
    """Write a value for people: three to four significant digits, its unit, in their language.

    Parameters
    ----------
    value, unit
        the value [unit as in data]; None and nan are missing.
    language
        ``en`` (MSEK, kSEK, decimal point) or ``sv`` (mnkr, tkr, decimal comma).
    digits
        least number of significant digits; whole digits are never rounded away. None: all digits.
    parentheses
        write a negative number as (12.5), else with a minus (U+2212).

    Returns
    -------
    str
        Zero is "–", a missing value "n/a" ("saknas"); shares are in per cent; years and dates are not grouped.

    Raises
    ------
    UnknownName, UnitError
        if there is no such language or unit.

    >>> format_value(61.4e6, "SEK", "sv").replace(NBSP, " ")
    '61,4 mnkr'
    >>> format_value(-0.125, "share").replace(NBSP, " ")
    '−12.5 %'
    """
    if language not in _MISSING:
        raise UnknownName.of("language", language, _MISSING)
    if value is None or not math.isfinite(value):
        return _MISSING[language]
    if unit == "date":
        return _iso(value)
    if unit == "calendar year":
        return f"{value:.0f}"
    number, label, least, most = _scaled(Decimal(repr(float(value))), unit, language, digits)
    shown = _digits(abs(number), least, most, language, grouped=unit != "year" or abs(value) < 1000)
    if not re.search("[1-9]", shown):
        return NOTHING
    if number < 0:
        shown = f"({shown})" if parentheses else MINUS + shown
    return f"{shown}{NBSP}{label}" if label else shown


def _date(clean: str, text: str) -> float:
    if re.fullmatch("[1-9][0-9]{3}([.,][0-9]+)?", clean):
        return float(_fraction(clean, "", text))
    if (match := _DATE.fullmatch(clean)) is None:
        raise NumberError("{typed!r} is not a date; write year-month-day, for example 2023-03-31", typed=text[:40])
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        raise NumberError("{typed!r} is no day of the calendar; write for example 2023-03-31", typed=text) from None
    return year + (month - 1 + (day - 1) / monthrange(year, month)[1]) / 12


def _iso(value: float) -> str:
    month = math.floor(value * 12 + 1e-6)
    year, place = divmod(month, 12)
    day = round((value * 12 - month) * monthrange(year, place + 1)[1])
    if not 1 <= year < 9999:
        return repr(value)
    return str(datetime.date(year, place + 1, 1) + datetime.timedelta(days=max(0, day)))


def _suffix(match: re.Match[str], text: str) -> tuple[str, bool]:
    """Return the unit that was typed behind the number, and whether the number is negative."""
    rest = match["rest"].strip()
    closed = rest.count(")") == 1 and (rest.startswith(")") or rest.endswith(")"))
    if (match["open"] and (match["sign"] or not closed)) or (not match["open"] and ")" in rest):
        raise NumberError(
            "{typed!r} has a sign or bracket out of place; write minus 12.5 as -12.5 or (12.5)", typed=text
        )
    rest = rest.strip(") ")
    if rest[:1] in (".", ",") or re.search("[0-9]", rest.removeprefix("1/")):
        raise _misplaced_separators(text)
    return rest, bool(match["open"]) or match["sign"] == "-"


def _misplaced_separators(text: str) -> NumberError:
    return NumberError("{typed!r} has separators out of place; write for example 1 250 000,5 or 1250000.5", typed=text)


def _fraction(body: str, power: str, text: str) -> Fraction:
    """Return the exact value of digits and separators."""
    marks = re.findall("[., ]", body)
    decimal = marks[-1] if marks and marks[-1] != " " and marks.count(marks[-1]) == 1 else ""
    whole, _, part = body.rpartition(decimal) if decimal else (body, "", "")
    groups = re.split("[., ]", whole)
    regular = len(groups) == 1 or (0 < len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    if not regular or len(set(marks[:-1] if decimal else marks)) > 1:
        raise _misplaced_separators(text)
    if len(marks) == 1 and decimal and len(part) == 3 and whole.strip("0") and not power:
        raise NumberError(
            "{typed!r} may be {large} or {small}; write {large} or {small}0",
            typed=text, large=f"{whole}{part}", small=f"{whole}.{part}",
        )  # fmt: skip
    number = Fraction(f"{''.join(groups) or '0'}.{part or '0'}{power}")
    if number > _LARGEST:
        raise NumberError("{typed!r} is too large; write a number below 1e290", typed=text[:40])
    return number


def _factor(suffix: str, unit: str, text: str, bare: str) -> Fraction:
    """Return the factor from the typed unit to the wanted one."""
    factor, wanted = units.parse(unit)
    if not suffix:
        return Fraction(1)
    parts = re.sub(r" ?/ ?|(^| )per ", "/", suffix).split("/")
    typed = "/".join(_TYPED.get(part.lower(), part) for part in parts)
    try:
        given, base = units.parse(f"1{typed}" if typed.startswith("/") else typed)
    except UnitError:
        raise NumberError(
            "{typed!r}: unit {unit!r} is not known; write for example {example}",
            typed=text, unit=suffix, example=_example(unit, bare),
        ) from None  # fmt: skip
    yearly = unit.endswith("/year") and "/" not in typed and base == wanted * units.unit("year")  # 9 mnkr, a year's
    fits = base == wanted or yearly or (typed == "%" and _is_share(unit))
    if not fits or (typed.startswith("%") and not (_is_share(unit) or unit in ("1", "index", "ratio"))):
        raise NumberError(
            "{typed!r} is in {given}, but {wanted} is wanted; write for example {example}",
            typed=text, given=suffix, wanted=unit, example=_example(unit, bare),
        )  # fmt: skip
    return Fraction(given / factor).limit_denominator(10**12)  # 1/12 and 0.01 are meant exactly


def _is_share(unit: str) -> bool:
    return unit.split("/")[0] in ("share", "%") or unit == "1/year"


def _example(unit: str, bare: str) -> str:
    if _is_share(unit):
        return Message("35 or 35 %") if bare else Message("35 % or 0,35")
    return "1 250 000,5" if unit in _PLAIN else f"1 250,50 {unit}"


def _scaled(number: Decimal, unit: str, language: str, digits: int | None) -> tuple[Decimal, str, int, int]:
    """Return the value as it is shown, the label of its unit, and its least and greatest number of decimals."""
    top, *per = unit.split("/")
    given, base = units.parse(top)
    units.parse(unit)
    below = "".join(f"/{_UNIT_NAMES[language].get(part, (part,))[0]}" for part in per)
    rounded = Context(prec=digits or 20).create_decimal(number)
    if str(base) == "SEK":
        number, rounded = number * Decimal(given), rounded * Decimal(given)
        size = rounded.adjusted()
        power = 0 if digits is None or size < 4 else 3 if size < 6 else 6
        decimals = _decimals(rounded.scaleb(-power), digits, 2)
        return number.scaleb(-power), _MONEY[language][power] + below, 0 if digits is None else decimals, decimals
    if _is_share(unit):
        shift = 0 if top == "%" else 2
        decimals = _decimals(rounded.scaleb(shift), digits, 2)
        return number.scaleb(shift), "%" + below, 0 if digits is None else decimals, decimals
    bare = top in _PLAIN or (unit == "year" and abs(number) >= 1000)  # a year of the calendar
    singular, plural = ("", "") if bare else _UNIT_NAMES[language].get(top, (top, top))
    return number, (singular if per or abs(number) == 1 else plural) + below, 0, _decimals(rounded, digits, 6)


def _decimals(number: Decimal, digits: int | None, most: int) -> int:
    if digits is None:
        return max(0, -int(number.as_tuple().exponent))
    wanted = min(max(0, digits - 1 - number.adjusted()), most) if number else 0
    return 2 if wanted == 3 and abs(number) >= 1 else wanted  # never 1.234, which is read in two ways


def _digits(number: Decimal, least: int, most: int, language: str, grouped: bool) -> str:
    from babel.numbers import format_decimal

    pattern = ("#,##0." if grouped else "0.") + "0" * least + "#" * (most - least)
    with localcontext(prec=400):  # a float has up to 309 whole digits
        shown = format_decimal(number, pattern, locale=language)
    shown = shown.replace(",", NBSP) if language == "en" else shown
    return re.sub(r"^([1-9][0-9]*[.,][0-9]{3})$", r"\g<1>0", shown)  # 12.345 would be read in two ways
