"""Capacity: suites, people and release over time, bottlenecks, lost demand, and output in a surge."""

from __future__ import annotations

import asyncio
from html import escape

from hubmodel.dashboard import fragments
from hubmodel.dashboard.cards import Card, Plot
from hubmodel.dashboard.controls import box, choice
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.dashboard.view import View
from hubmodel.output import charts, frames

CARDS = ("utilisation_at_maturity", "jobs_direct", "ready_doses_per_year", "maturity_year")
SURGE = ("ready_doses_per_year", "preparedness_value")
DOSES = "Bulk doses if suites turn to one platform, capped by the narrowest step; fill-finish is outside the facility."
POSTS = {"operations_posts": "in production", "quality_posts": "in quality", "posts": "in all"}
OPEN_ACCESS = {
    "innovation_suite_days_guaranteed": "guaranteed to open access",
    "open_access_suite_days_forgone": "kept from commercial work",
}


class Capacity(View):
    """The page of capacity."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(
            shell,
            {
                "narrow": "What is scarcest, and what is lost",
                "surge": "In a pandemic",
                "rank": "What a suite-day earns",
            },
        )
        self.cards = [Card(name, shell) for name in CARDS]
        self.plots = {name: Plot(shell) for name in ("suites", "posts", "lost")}
        self.by = choice(
            self._("by"), {self._(period): period for period in ("year", "quarter", "month")}, self._turned
        )
        self.root = box(
            "hub-view",
            box("hub-cards", *(card.box for card in self.cards)),
            box("hub-card hub-row", self.by),
            box("hub-charts hub-first-wide", *(plot.box for plot in self.plots.values())),
            box("hub-panels", self.boxes["rank"], self.boxes["surge"]),
            box("hub-panels hub-one", self.boxes["narrow"]),
        )

    def show_lines(self) -> None:
        """Repaint cards and charts."""
        result, language, by = self.desk.result, self.language, self.by.value
        for card in self.cards:
            card.show()
        self.plots["suites"].show(charts.suites_in_use(result, by, language))
        self.plots["posts"].show(charts.over_time(result, "posts", self._("People"), POSTS, "post", language))
        title = self._("Demand that is lost, by suite")
        self.plots["lost"].show(charts.by_member(result, "unmet_suite_days", title, "suite-day", language))

    def show_solved(self) -> None:
        """Repaint the tables."""
        for plot in self.plots.values():
            plot.show_twin()
        result, language = self.desk.result, self.language
        self.write("surge", fragments.pairs(fragments.figures(self.shell, SURGE)), self._(DOSES))
        _, values = result.series("contribution_per_suite_day")
        ranked = sorted(((row[0], name) for name, row in values.items() if row[0] == row[0]), reverse=True)
        note = self._(
            "Contribution in the first mature year for each suite-day: what comes first when a suite is full."
        )
        earned = {name: fragments.shown(value, "SEK/suite-day", language) for value, name in ranked}
        none = escape(self._("The case has no platform."))
        self.write("rank", fragments.pairs(earned) if result.case.lists["platform"] else none, note)
        background(self._narrow())

    def show_bands(self) -> None:
        """Write the band of each key figure."""
        for card in self.cards:
            card.show_band()

    def _turned(self) -> None:
        self.show_lines()
        self.show_solved()

    async def _narrow(self) -> None:
        frame = await asyncio.to_thread(frames.bottlenecks, self.desk.result, "year")
        head = [self._("year"), *(self._(str(name)) for name in frame.columns)]
        rows = [
            [
                str(year),
                self._what(str(what)),
                fragments.shown(float(share), "share", self.language),
                fragments.shown(float(lost), "1", self.language),
            ]
            for year, what, share, lost in frame.itertuples()
        ]
        note = self._("Work that is not served is lost, not queued.")
        self.write("narrow", self.table(head, rows, self._("by year"), "bottlenecks", wraps=True), note)

    def _what(self, name: str) -> str:
        resource, comma, place = name.partition(",")
        return self._(resource) + comma + place
