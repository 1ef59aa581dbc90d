"""The result of a run: lines by name, key figures, checks, tables and explanations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hubmodel.case.documents import actuals, plausibility
from hubmodel.case.facility import AMOUNTS, Case
from hubmodel.case.formulas import trace
from hubmodel.engine import units
from hubmodel.engine.trace import Traced
from hubmodel.errors import InputError, UnknownName
from hubmodel.lines import current_name
from hubmodel.study import tables
from hubmodel.study.computing import lines_of
from hubmodel.study.explain import Explainer, Explanation
from hubmodel.study.tables import Table, TableRow
from hubmodel.text.language import label, text

if TYPE_CHECKING:
    import pandas as pd

PLAUSIBLE = "plausible_"  # prefix of the name of a check that a figure lies within its band


@dataclass(frozen=True)
class KeyFigure:
    """A figure for a board; where its value is None, `why` has the reason."""

    name: str
    value: float | None
    unit: str
    label: str
    why: str | None = None

    def title(self, language: str = "en") -> str:
        """Return the label in a language; the name of a member after a comma is not translated."""
        name, comma, member = self.label.partition(", ")
        return text(name, language) + comma + member


@dataclass(frozen=True)
class Check:
    """A test of a result: an identity must hold, a warning only asks for attention."""

    name: str
    level: str
    ok: bool
    difference: float
    tolerance: float
    message: str

    def title(self, language: str = "en") -> str:
        """Return the title of the check in a language.

        >>> Check("plausible_jobs_direct", "warning", True, 0.0, 0.0, "").title()
        'Plausible: Jobs direct'
        """
        if self.name.startswith(PLAUSIBLE):
            figure = label(self.name.removeprefix(PLAUSIBLE), language)
            return text("Plausible: {figure}", language).format(figure=figure)
        return label(self.name, language)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The lines of a run of a case, with its key figures and checks.

    ``result["net_present_value"]`` is a number, as is any line without rows and periods; other lines are arrays (rows,
    periods). All are in the engine's unit.
    """

    case: Case
    values: Mapping[str, Any]
    key_figures: Mapping[str, KeyFigure] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    def __getitem__(self, name: str) -> Any:
        name = current_name(name)
        value = self.values.get(name, self.case.inputs.get(name))
        if value is None:
            raise UnknownName.of("line or assumption", name, [*self.values, *self.case.inputs])
        return float(value[0, 0]) if getattr(value, "shape", None) == (1, 1) else value

    @cached_property
    def traced(self) -> Traced:
        """The formulas of the lines."""
        return trace(self.case)

    @property
    def view(self) -> str:
        """The valuation view: decision, completion or today."""
        return self.case.chosen("view")

    def rows(self, name: str) -> tuple[str, ...]:
        """Return the members of the list that a line runs over; a single blank where it runs over none."""
        name = current_name(name)
        list_name = self.traced.list_of(name) if name in self.traced.lines else self.case.list_of(name)
        return self.case.lists[list_name] if list_name else ("",)

    def series(self, name: str, by: str = "year", how: str | None = None) -> tuple[list[str], dict[str, list[float]]]:
        """Return a line over time.

        Parameters
        ----------
        name
            the line.
        by
            month, quarter or year; not finer than the periods of the run.
        how
            sum, last or mean over the periods within each; if not given, the sum of amounts and the mean of levels.

        Returns
        -------
        The names of the periods, and the values of each row [engine's unit]; zeros where a list has no members.
        """
        name = current_name(name)
        rows, given = self.rows(name) or ("",), np.asarray(self[name], dtype=float)
        value = np.broadcast_to(given if given.size else 0.0, (len(rows), len(self.case.periods)))
        periods, parts = self._parts(by)
        if how is None:
            how = "sum" if self.case.model.units.get(name) in AMOUNTS else "mean"
        folded = value.reshape(value.shape[0], -1, parts)
        out = folded[..., -1] if how == "last" else folded.sum(-1) if how == "sum" else _mean(folded)
        return periods, dict(zip(rows, out.tolist(), strict=True))

    def _parts(self, by: str) -> tuple[list[str], int]:
        parts = tables.parts(self.case.chosen("period"), by)
        names = {
            "year": [period[:4] for period in self.case.periods],
            "quarter": [f"{p[:4]}-Q{(int(p[5:]) + 2) // 3}" if p[5:].isdigit() else p for p in self.case.periods],
        }.get(by, list(self.case.periods))
        return names[::parts], parts

    def table(self, name: str, by: str = "year", language: str = "en") -> pd.DataFrame:
        """Return a table: income, cash-flow, balance, capacity, pricing, capital (Table 1), sites,
        funding, programme or plausibility.

        Values are in the engine's units (SEK, shares, suite-days), which are in ``attrs["units"]``; the index holds
        labels.
        """
        import pandas as pd

        if name == "plausibility":
            return self._plausibility()
        found = self.tabulate(name, by, language)
        index = pd.Index([row.label for row in found.rows], name="label")
        frame = pd.DataFrame([row.values for row in found.rows], index=index, columns=list(found.columns))
        frame.attrs["units"] = [row.unit for row in found.rows]
        return frame

    def tabulate(self, name: str, by: str = "year", language: str = "en") -> Table:
        """Return a table as plain rows, each with the name of its line.

        Raises
        ------
        UnknownName
            for a table that does not exist; InputError where the run is coarser than `by`.
        """
        if name == "capital":
            return self._table_1(language)
        if name not in tables.TABLES:
            raise UnknownName.of("table", name, [*tables.TABLES, "capital", "plausibility"])
        periods, _ = self._parts(by)
        lines = tables.entries(name, self.case.model.ingredients)
        return Table(tuple(periods), tuple(row for line in lines for row in self._table_rows(*line, by, language)))

    def _table_rows(self, line: str, how: str, split: bool, by: str, language: str) -> Iterator[TableRow]:
        title, unit = label(line, language), self.case.model.shown_in[line]
        _, rows = self.series(line, by, how)
        if not split:
            rows = {"": np.sum(list(rows.values()), axis=0).tolist()}
        for member, values in rows.items():
            yield TableRow(line, member, f"{title}, {member}" if member else title, unit, tuple(values))

    def _table_1(self, language: str) -> Table:
        assets = zip(self.rows("asset_cost"), np.ravel(self["asset_cost"]), np.ravel(self["invoiced"]), strict=True)
        rows = [
            TableRow("asset_cost", name, name, "SEK", (float(amount), float(amount * flag), math.nan))
            for name, amount, flag in assets
        ]
        sums = tuple(self[line] for line in ("total_investment", "recorded_investment", "grant_total"))
        total = TableRow("total_investment", "", text("Total outturn", language), "SEK", sums)
        return Table(("outturn", "invoiced", "grant"), (*rows, total))

    def _plausibility(self) -> pd.DataFrame:
        import pandas as pd

        out = []
        for band in plausibility(self.case.folder):
            value = np.ravel(np.asarray(self[band["key"]], dtype=float)) / units.parse(band["unit"])[0]
            ends = {"lowest": float(value.min()), "highest": float(value.max()), "unit": band["unit"]}
            out.append({"label": label(band["key"]), **ends, **{at: band[at] for at in ("low", "high", "note")}})
        frame = pd.DataFrame(out, columns=[*out[0]] if out else ["label"]).set_index("label")
        frame.attrs["units"] = ["1"] * len(frame)
        return frame

    def beside_actuals(self) -> list[dict[str, Any]]:
        """Return reported and modelled values with their difference; empty until actuals.csv has rows."""
        out = []
        finer = "" if self.case.chosen("period") == "month" else "-"  # only a run by month has values for a month
        for row in actuals(self.case.folder):
            if finer and finer in row["period"]:
                continue
            periods, series = self.series(row["line"], "year" if len(row["period"]) == 4 else "month")
            if row["period"] not in periods:
                raise InputError(
                    "actuals.csv: {line} {period!r} must be one of {first} to {last}",
                    line=row["line"], period=row["period"], first=periods[0], last=periods[-1],
                )  # fmt: skip
            modelled = sum(values[periods.index(row["period"])] for values in series.values())
            reported = float(row["value"]) * units.parse(row["unit"])[0]
            pair = {"label": label(row["line"]), "period": row["period"], "modelled": modelled, "reported": reported}
            out.append({**pair, "difference": modelled - reported, "source": row["source"]})
        return out

    def explain(
        self, name: str, row: str | None = None, period: str | None = None, depth: int = 2, language: str = "en"
    ) -> Explanation:
        """Explain a number, down to the documents on which it rests."""
        return Explainer(self.case, self.traced, self.values, language).explain(name, row, period, depth)


def _mean(folded: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    known = ~np.isnan(folded)
    sums, counts = np.where(known, folded, 0).sum(-1), known.sum(-1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def evaluate(
    case: Case, wanted: Iterable[str] | None = None, *, changed: Mapping[str, Any] | None = None
) -> Evaluation:
    """Run the lines of a case, without key figures and checks.

    Parameters
    ----------
    case
        the case.
    wanted
        names of lines; all if not given.
    changed
        inputs that replace those of the case [engine's unit], (..., rows, periods); draws are leading axes.
    """
    inputs = {**case.inputs, **changed} if changed else case.inputs
    return Evaluation(case, lines_of(case, inputs, None if wanted is None else tuple(map(current_name, wanted))))


def settled(case: Case, changed: Iterable[str]) -> dict[str, Any]:
    """Return every line that does not depend on these inputs, so that it need not be computed again for each change."""
    return case.model.settled(case.inputs, changed)
