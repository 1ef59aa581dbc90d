"""Several cases side by side and added up: public money, leverage, projects and capacity, nothing counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from hubmodel.errors import InputError
from hubmodel.portfolio.capacity import Overlap, overlaps
from hubmodel.portfolio.money import Leverage, Measure, leverage, measures, unstated
from hubmodel.portfolio.projects import Projects, projects
from hubmodel.study.result import Evaluation

__all__ = ["Beside", "Portfolio", "portfolio", "refuse_what_cannot_be_added"]

ADDED = ("total_investment", "grant_total", "own_contribution", "owner_funding_of_losses", "jobs_direct")
OF_A_DAY = ("net_present_value", "economic_net_present_value")  # added where all are seen from the same day
ALONE = ("utilisation_at_maturity", "aid_intensity")
OTHER_DAY = "the cases are seen from different days; --set view=today sees all from one"
NO_SUM = "a share of each case, which has no sum"
NO_GRANT = "no case uses public money"
NOT_ALL = "not all cases have a value"


@dataclass(frozen=True)
class Beside:
    """A key figure of every case, and all of them together where they have a sum, else why not."""

    name: str
    unit: str
    label: str
    values: tuple[float | None, ...]
    together: float | None
    why: str | None = None


@dataclass(frozen=True)
class Portfolio:
    """Several cases, and what they are together."""

    results: tuple[Evaluation, ...]
    figures: tuple[Beside, ...]
    measures: tuple[Measure, ...]
    unstated: Mapping[str, float]  # grants of a case that are of no measure [SEK]
    leverage: Leverage
    projects: Projects
    overlaps: tuple[Overlap, ...]


def portfolio(*results: Evaluation) -> Portfolio:
    """Return several cases side by side and added up, each krona of public money and each project once.

    Parameters
    ----------
    results
        a run of each case, with its key figures; two cases or more, each once, in one currency.

    Raises
    ------
    InputError
        when the cases cannot be added, or what they say of public money, projects and kinds does not fit together.

    >>> import hubmodel as hm
    >>> both = portfolio(*(hm.run(hm.load(name), solved=False) for name in ("northx", "ccrm-nordic")))
    >>> both.figures[0].together  # 111.4 and 330 MSEK
    441400000.0
    """
    refuse_what_cannot_be_added([(one.case.name, one.case.folder, one.case.currency) for one in results])
    found = measures(results)
    together = leverage(results, found)
    figures = (*(_beside(results, name) for name in (*ADDED, *OF_A_DAY, *ALONE)), _leverage(results, together.ratio))
    return Portfolio(results, figures, found, unstated(results, found), together, projects(results), overlaps(results))


def refuse_what_cannot_be_added(named: Sequence[tuple[str, Path, str]]) -> None:
    """Refuse fewer than two cases, one of them twice, or two currencies: name, folder and currency of each."""
    if len(named) < 2:
        raise InputError(f"a portfolio takes two cases or more, got {len(named)}; name them, as in northx ccrm-nordic")
    for (other, its_folder, its_currency), (name, folder, currency) in combinations(named, 2):
        if folder.resolve() == its_folder.resolve():
            raise InputError(f"{other} and {name} are one case, which would be counted twice; name it once")
        if folder.resolve().name == its_folder.resolve().name:
            raise InputError(f"{other} and {name} have the same name; rename one of the folders")
        if currency != its_currency:
            raise InputError(
                f"{other} is in {its_currency} and {name} in {currency}; a portfolio adds up amounts of one currency, "
                "so convert those of one case and change currency in its case.toml"
            )


def _beside(results: Sequence[Evaluation], name: str) -> Beside:
    found = [one.key_figures[name] for one in results]
    values = tuple(one.value for one in found)
    if name in ALONE:
        why: str | None = NO_SUM
    elif name in OF_A_DAY and len({float(one["valuation_date"]) for one in results}) > 1:
        why = OTHER_DAY
    else:
        why = NOT_ALL if None in values else None
    together = None if why else sum(value for value in values if value is not None)
    return Beside(name, found[0].unit, found[0].label, values, together, why)


def _leverage(results: Sequence[Evaluation], together: float | None) -> Beside:
    found = [one.key_figures["leverage"] for one in results]
    values = tuple(one.value for one in found)
    return Beside("leverage", found[0].unit, found[0].label, values, together, NO_GRANT if together is None else None)
