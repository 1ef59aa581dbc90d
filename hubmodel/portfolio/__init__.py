"""Portfolio: several cases side by side and added up, with nothing counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from hubmodel.errors import InputError, Message
from hubmodel.portfolio.capacity import Overlap, overlaps
from hubmodel.portfolio.money import Leverage, Measure, leverage, measures, unstated
from hubmodel.portfolio.projects import Projects, projects
from hubmodel.study.result import Evaluation

__all__ = ["Beside", "Portfolio", "check_addable", "portfolio"]

ADDED = ("total_investment", "grant_total", "own_contribution", "owner_funding_of_losses", "jobs_direct")
OF_A_DAY = ("net_present_value", "economic_net_present_value")  # added if all cases are seen from the same day
ALONE = ("utilisation_at_maturity", "aid_intensity")
OTHER_DAY = Message("the cases are seen from different days; --set view=today sees all from one")
NO_SUM = Message("a share of each case, which has no sum")
NO_GRANT = Message("no case uses public money")
NOT_ALL = Message("not all cases have a value")


@dataclass(frozen=True)
class Beside:
    """A key figure of every case, with their sum, or the reason why there is none."""

    name: str
    unit: str
    label: str
    values: tuple[float | None, ...]
    together: float | None
    why: Message | None = None


@dataclass(frozen=True)
class Portfolio:
    """Several cases, and their figures, public money, projects and capacity taken together."""

    results: tuple[Evaluation, ...]
    figures: tuple[Beside, ...]
    measures: tuple[Measure, ...]
    unstated: Mapping[str, float]  # grants of a case that are of no measure [SEK]
    leverage: Leverage
    projects: Projects
    overlaps: tuple[Overlap, ...]


def portfolio(*results: Evaluation) -> Portfolio:
    """Put several cases side by side and add them up, counting each krona of public money and each project once.

    Parameters
    ----------
    results
        a run of each case, with its key figures; two cases or more, each once, in one currency.

    Raises
    ------
    InputError
        if the cases cannot be added, or their data on public money, projects and kinds contradict each other.

    >>> import hubmodel as hm
    >>> both = portfolio(*(hm.run(hm.load(name), solved=False) for name in ("northx", "ccrm-nordic")))
    >>> both.figures[0].together  # 111.4 and 330 MSEK
    441400000.0
    """
    check_addable([(result.case.name, result.case.folder, result.case.currency) for result in results])
    found = measures(results)
    together = leverage(results, found)
    figures = (*(_beside(results, name) for name in (*ADDED, *OF_A_DAY, *ALONE)), _leverage(results, together.ratio))
    return Portfolio(results, figures, found, unstated(results, found), together, projects(results), overlaps(results))


def check_addable(cases: Sequence[tuple[str, Path, str]]) -> None:
    """Refuse fewer than two cases, the same case twice, or two currencies.

    Parameters
    ----------
    cases
        name, folder and currency of each case.
    """
    if len(cases) < 2:
        raise InputError(
            "a portfolio takes two cases or more, got {count}; name them, as in northx ccrm-nordic", count=len(cases)
        )
    for (first, first_folder, first_currency), (second, folder, currency) in combinations(cases, 2):
        if folder.resolve() == first_folder.resolve():
            raise InputError(
                "{first} and {second} are one case, which would be counted twice; name it once",
                first=first, second=second,
            )  # fmt: skip
        if folder.resolve().name == first_folder.resolve().name:
            raise InputError(
                "{first} and {second} have the same name; rename one of the folders", first=first, second=second
            )
        if currency != first_currency:
            raise InputError(
                "{first} is in {first_currency} and {second} in {currency}; a portfolio adds up amounts of one "
                "currency, so convert those of one case and change currency in its case.toml",
                first=first, first_currency=first_currency, second=second, currency=currency,
            )  # fmt: skip


def _beside(results: Sequence[Evaluation], name: str) -> Beside:
    found = [result.key_figures[name] for result in results]
    values = tuple(figure.value for figure in found)
    if name in ALONE:
        why: Message | None = NO_SUM
    elif name in OF_A_DAY and len({float(result["valuation_date"]) for result in results}) > 1:
        why = OTHER_DAY
    else:
        why = NOT_ALL if None in values else None
    together = None if why else sum(value for value in values if value is not None)
    return Beside(name, found[0].unit, found[0].label, values, together, why)


def _leverage(results: Sequence[Evaluation], together: float | None) -> Beside:
    found = [result.key_figures["leverage"] for result in results]
    values = tuple(figure.value for figure in found)
    return Beside("leverage", found[0].unit, found[0].label, values, together, NO_GRANT if together is None else None)
