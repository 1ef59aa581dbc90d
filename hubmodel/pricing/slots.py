"""Earliest starts: the first month from which every suite has enough free days in each month of the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hubmodel.case.quote_terms import Quote
from hubmodel.engine.units import Quantity
from hubmodel.pricing.given import TRACKS
from hubmodel.study.result import Evaluation
from hubmodel.text.language import text

ENOUGH = 1e-6  # suite-days; less is rounding


@dataclass(frozen=True)
class Start:
    """The earliest start on a track.

    `month` is None where the work fits in no month before `until`, the end of the calendar. `bottleneck` is the suite
    that decides, and `as_wanted` is true if the work fits in the month of the quote.
    """

    month: str | None
    bottleneck: str
    as_wanted: bool
    until: str

    def why(self, language: str = "en") -> str:
        """Return why there is no start; blank where there is one."""
        sentence = text(
            "{suite} has too few free days for this pace in every month until the calendar ends, {until}", language
        )
        return "" if self.month else sentence.format(suite=self.bottleneck, until=self.until)


def earliest_starts(hub: Evaluation, quote: Quote, priced: Evaluation) -> Mapping[str, Start]:
    """Return the earliest start by track, not before the month of signing, at the pace of the quote.

    Free suite-days are those that the run of the hub leaves open. Innovation work may book days reserved for open
    access, commercial work may not.
    """
    first, wanted = (hub.case.periods.index(month) for month in (quote.signed, quote.start))
    fits = {
        hub.case.lists["suite"][suite]: _fits(need, free_days(hub, priced, suite)[:, first:])
        for suite, need in _needs(hub, quote, priced).items()
    }
    return {track: _start(fits, row, hub.case.periods[first:], wanted - first) for row, track in enumerate(TRACKS)}


def free_days(hub: Evaluation, priced: Evaluation, suite: int) -> Quantity:
    """Return free suite-days of a suite by track, (tracks, months of the hub's calendar)."""
    lines = ("suite_days_available", "innovation_suite_days", "commercial_suite_days")
    of_suite = {name: np.asarray(hub[name])[suite : suite + 1] for name in lines}
    values = priced.case.model.run({**priced.case.inputs, **of_suite}, ("suite_days_free",))
    return np.asarray(values["suite_days_free"])


def _needs(hub: Evaluation, quote: Quote, priced: Evaluation) -> dict[int, Quantity]:
    """Return the days needed of each suite, by month from the start of the work."""
    at, start = hub.case.lists["platform"].index(quote.platform), priced.case.periods.index(quote.start)
    out: dict[int, Quantity] = {}
    for role, line in (("suite", "batch_days_in_period"), ("development_suite", "development_days_in_period")):
        suite, days = hub.case.memberships[f"{role}_of_platform"].position[at], np.asarray(priced[line])[0, start:]
        if np.any(days > ENOUGH):
            out[suite] = out.get(suite, 0.0) + days
    return {suite: days[: np.flatnonzero(days > ENOUGH)[-1] + 1] for suite, days in out.items()}


def _fits(need: Quantity, free: Quantity) -> Quantity:
    """Return flags for months in which work could begin, (tracks, months); False where the calendar would end first."""
    out = np.zeros(free.shape, dtype=bool)
    if len(need) <= free.shape[-1]:
        windows = np.lib.stride_tricks.sliding_window_view(free, len(need), axis=-1)
        out[:, : windows.shape[1]] = (windows >= need - ENOUGH).all(axis=-1)
    return out


def _start(fits: Mapping[str, Quantity], track: int, months: tuple[str, ...], wanted: int) -> Start:
    own = {suite: np.flatnonzero(fit[track]) for suite, fit in fits.items()}
    decides = max(own, key=lambda suite: own[suite][0] if len(own[suite]) else len(months))
    together = np.logical_and.reduce([fit[track] for fit in fits.values()])
    month = months[int(np.argmax(together))] if together.any() else None
    return Start(month, decides, bool(together[wanted]), months[-1])
