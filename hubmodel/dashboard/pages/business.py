"""Business case: statements by year or finer, with and without the grant and by site, and the conventions."""

from __future__ import annotations

import asyncio

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Card, Plot
from hubmodel.dashboard.controls import box, choice
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.errors import HubmodelError
from hubmodel.output import charts
from hubmodel.study.run import Result

CARDS = (
    "net_present_value",
    "net_present_value_without_grant",
    "discounted_payback_years",
    "profitability_index",
    "revenue_at_maturity",
    "ebitda_margin_at_maturity",
    "ebitda_break_even",
    "cash_still_needed",
)
STATEMENTS = {
    "income": "Income statement",
    "cash-flow": "Cash flow",
    "balance": "Balance sheet",
    "sites": "Sites",
    "funding": "Funding",
}
CORKSCREW = {
    "operating_cash_flow": "from operations",
    "investing_cash_flow": "investment",
    "financing_cash_flow": "financing",
}
EARNINGS = {"revenue": "Revenue", "ebitda": "EBITDA", "net_profit": "Net profit"}
GRANT = {"with": "with the grant", "without": "without the grant"}


class Business(View):
    """The page of statements."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, {"statement": "Statements", "conventions": "Conventions"})
        self.cards = [Card(name, shell) for name in CARDS]
        self.plots = {name: Plot(shell) for name in ("earnings", "cash")}
        again = self.show_solved
        self.which = choice(self._("Statement"), {self._(title): name for name, title in STATEMENTS.items()}, again)
        self.by = choice(self._("by"), {self._(period): period for period in ("year", "quarter", "month")}, again)
        self.grant = choice(self._("Grant"), {self._(title): name for name, title in GRANT.items()}, again)
        self._without: tuple[Case, Result] | None = None
        self.control("statement", box("hub-row", self.which, self.by, self.grant))
        self.root = box(
            "hub-view",
            box("hub-cards", *(card.box for card in self.cards)),
            box("hub-charts", *(plot.box for plot in self.plots.values())),
            box("hub-panels hub-one", self.boxes["statement"], self.boxes["conventions"]),
        )

    def show_lines(self) -> None:
        """Repaint cards and charts."""
        result, language = self.desk.result, self.language
        for card in self.cards:
            card.show()
        title = self._("Revenue and earnings")
        self.plots["earnings"].show(charts.over_time(result, "earnings", title, EARNINGS, "SEK", language))
        title = self._("Where cash comes from and goes")
        self.plots["cash"].show(charts.stacked(result, "cash_flows", title, CORKSCREW, language))

    def show_solved(self) -> None:
        """Repaint the chosen statement."""
        for card in self.cards:
            card.show()
        for plot in self.plots.values():
            plot.show_twin()
        self.write("conventions", fragments.pairs(self.desk.result.card(self.language)))
        background(self._statement())

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    async def _statement(self) -> None:
        name, by = self.which.value, self.by.value
        try:
            result = self.desk.result if self.grant.value == "with" else await self._other()
            found = await asyncio.to_thread(result.tabulate, name, by, self.language)
        except HubmodelError as error:
            self.write("statement", "", self.refused(error))
            return
        title = f"{self._(STATEMENTS[name])}, {self._(GRANT[self.grant.value])} [{self._('MSEK, nominal')}]"
        self.write("statement", fragments.statement(found, title, self.language, self._file(name, by)))

    async def _other(self) -> Result:
        case = self.desk.case
        if self._without is None or self._without[0] is not case:
            less = case.with_({"grant_factor": 0.0}, "to see the statements without it")
            self._without = case, await asyncio.to_thread(hm.run, less, False)
        return self._without[1]

    def _file(self, name: str, by: str) -> tuple[str, str]:
        return f"{self.desk.case.name}_{name}_{by}_{self.grant.value}_grant.csv", self.shell.origin
