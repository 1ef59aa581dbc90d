"""Totals of stored results: figures that agree with each other whatever computed them.

A bundle of another version is not computed again, as its lines may have changed. Its statements must still add up, a
row that stands in two tables must be the same in both, and a check must hold or fail as its own numbers say.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubmodel.errors import InputError
from hubmodel.lines import current_name
from hubmodel.output.bundle.results import CHECKS, CLOSE, FOLDER, KEY_FIGURES, Difference, Place, number_cells

ROW = "row"  # kind of an entry of the dictionary that names a row of a table
Series = dict[str, float]  # by column
# A total and its terms by table, terms to be subtracted with a minus; a term of another table as table:line.
SUMS: dict[str, dict[str, str]] = {
    "income": {
        "revenue": "innovation_revenue commercial_revenue training_revenue reservation_revenue",
        "ebitda": "revenue -operating_cost",
        "ebit": "ebitda -depreciation grant_released",
        "profit_before_tax": "ebit -interest_charge",
        "net_profit": "profit_before_tax -appropriations -tax -claw_back",
    },
    "cash-flow": {
        "investing_cash_flow": "-spending spending_in_kind -reinvestment",
        "financing_cash_flow": "total_grant_received -grant_repaid -claw_back debt_drawn -debt_repaid -interest "
        "own_capital_paid loss_funding",
        "cash_flow": "operating_cash_flow investing_cash_flow financing_cash_flow",
    },
    "balance": {
        "assets_in_balance": "book_value capitalised_interest receivables contract_assets inventory cash",
        "liabilities": "payables customer_advances unearned_grant deferred_grant debt tax_payable",
        "equity": "paid_in_capital_to_date retained_earnings",
        "balance_sheet": "assets_in_balance -liabilities -untaxed_reserves -equity",
    },
    "funding": {"sources": "uses"},
    "sites": {"ebitda_at_site": "income:ebitda", "operating_cost": "income:operating_cost"},
}
# Rows that hold what another row adds up to so far, and key figures that hold what a row adds up to in all.
TO_DATE = {
    "cash-flow": {"cash": "cash_flow"},
    "balance": {"retained_earnings": "income:net_profit"},
    "funding": {"loss_funding_to_date": "loss_funding"},
}
IN_ALL = {
    "grant_total": "funding:total_grant_received",
    "grant_used_total": "funding:grant_used",
    "own_contribution": "funding:own_contribution_in_period",
    "owner_funding_of_losses": "funding:loss_funding",
    "total_investment": "cash-flow:spending",
}


@dataclass(frozen=True)
class _Total:
    """A stored figure, what other stored figures give for it, and the largest figure that was added."""

    place: Place
    kept: float
    found: float
    largest: float

    @property
    def agrees(self) -> bool:
        return abs(self.kept - self.found) <= CLOSE * max(abs(self.kept), self.largest)


def totals(files: Mapping[str, bytes], dictionary: bytes) -> tuple[int, list[Difference]]:
    """Compare the totals of stored results with what they are totals of.

    Parameters
    ----------
    files
        files of `results_of`, from whatever version.
    dictionary
        the data dictionary stored with them, which says the line of each row.

    Returns
    -------
    How many totals were compared, and each that differs; `now` is what the other stored figures give.

    Raises
    ------
    InputError
        for a file that is not laid out as results or as a dictionary.
    """
    stored = _Stored(number_cells(files), _lines_of(dictionary))
    found = [*stored.sums(), *stored.to_date(), *stored.in_all(), *stored.in_two_tables()]
    checks = _checks(files.get(CHECKS))
    wrong = [Difference(*total.place, repr(total.kept), repr(total.found)) for total in found if not total.agrees]
    return len(found) + len(checks), wrong + [check for check in checks if check.kept != check.now]


def _lines_of(dictionary: bytes) -> dict[tuple[str, str], str]:
    """Return the line of each row of a table, by file and label, by its present name."""
    try:
        entries = list(csv.DictReader(io.StringIO(dictionary.decode(), newline=""), strict=True))
        rows = [(*entry["name"].split(": ", 1), entry["description"]) for entry in entries if entry["kind"] == ROW]
        return {(file, label): current_name(text.partition(",")[0]) for file, label, text in rows}
    except (KeyError, TypeError, ValueError, csv.Error):
        raise InputError(
            "{file}: is not laid out as a data dictionary; get the bundle anew", file="dictionary.csv"
        ) from None


class _Stored:
    """Stored figures by table and line; the members of a line stand behind a comma in the labels of its rows."""

    def __init__(self, cells: Mapping[Place, float], lines: Mapping[tuple[str, str], str]) -> None:
        self.rows: dict[tuple[str, str], Series] = {}
        for (file, label, column), value in cells.items():
            self.rows.setdefault((file, label), {})[column] = value
        self.labels: dict[tuple[str, str], list[str]] = {}
        for (file, label), line in lines.items():
            own = [name for at, name in self.rows if at == file and (name == label or name.startswith(f"{label}, "))]
            self.labels.setdefault((file, line), []).extend(own)

    def _series(self, table: str, term: str) -> Series | None:
        """Return a line of a table over time, added up over its members; None where it is not stored."""
        *other, line = term.lstrip("-").split(":")
        file = f"{FOLDER}/{(other or [table])[0]}.csv"
        rows = [self.rows[file, label] for label in self.labels.get((file, line), ())]
        sign = -1.0 if term.startswith("-") else 1.0
        return {column: sign * sum(row.get(column, 0.0) for row in rows) for column in rows[0]} if rows else None

    def _compared(self, table: str, line: str, terms: Sequence[Series | None]) -> Iterator[_Total]:
        total, known = self._series(table, line), [term for term in terms if term is not None]
        if total is None or not known or len(known) < len(terms):
            return
        file = f"{FOLDER}/{table}.csv"
        label = ", ".join(self.labels[file, line][:1])
        largest = max(abs(value) for series in (total, *known) for value in series.values())
        for column, kept in total.items():
            yield _Total((file, label, column), kept, sum(term.get(column, 0.0) for term in known), largest)

    def sums(self) -> Iterator[_Total]:
        """Yield the totals of each statement."""
        for table, rules in SUMS.items():
            for line, terms in rules.items():
                yield from self._compared(table, line, [self._series(table, term) for term in terms.split()])
        yield from self._compared("income", "operating_cost", [self._series("income", name) for name in self._costs()])

    def _costs(self) -> list[str]:
        """Return the lines of operating cost: those between revenue and their total in the income statement."""
        names = [line for file, line in self.labels if file == f"{FOLDER}/income.csv"]
        after = itertools.dropwhile(lambda name: name != "revenue", names)
        return list(itertools.takewhile(lambda name: name != "operating_cost", after))[1:]

    def to_date(self) -> Iterator[_Total]:
        """Yield the rows that hold what another adds up to so far."""
        for table, rules in TO_DATE.items():
            for line, term in rules.items():
                flow = self._series(table, term) or {}
                so_far = dict(zip(flow, itertools.accumulate(flow.values()), strict=True))
                yield from self._compared(table, line, [so_far or None])

    def in_all(self) -> Iterator[_Total]:
        """Yield the key figures that hold what a row adds up to over the calendar."""
        for name, term in IN_ALL.items():
            figure, flow = self.rows.get((KEY_FIGURES, name), {}), self._series("", term)
            if flow and "value" in figure:
                largest = max(map(abs, flow.values()))
                yield _Total((KEY_FIGURES, name, "value"), figure["value"], sum(flow.values()), largest)

    def in_two_tables(self) -> Iterator[_Total]:
        """Yield the figures of rows that stand in an earlier table, too."""
        first: dict[tuple[str, str], float] = {}
        for (file, label), series in self.rows.items():
            largest = max(map(abs, series.values()))
            for column, value in series.items():
                if (label, column) in first:
                    yield _Total((file, label, column), value, first[label, column], largest)
                first.setdefault((label, column), value)


def _checks(content: bytes | None) -> list[Difference]:
    """Return the outcome of each identity as stored, beside that which its difference and tolerance give."""
    outcome = {True: "holds", False: "fails"}
    try:
        checks = json.loads(content)["checks"] if content else []
        identities = [check for check in checks if check["level"] == "identity"]
        return [
            Difference(CHECKS, check["name"], "ok", outcome[check["ok"]], outcome[_holds(check)])
            for check in identities
        ]
    except (KeyError, TypeError, ValueError):
        raise InputError("{file}: is not laid out as results of a run; get the bundle anew", file=CHECKS) from None


def _holds(check: Mapping[str, Any]) -> bool:
    return check["difference"] is not None and bool(check["difference"] <= check["tolerance"])
