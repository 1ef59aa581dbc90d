"""What a package says of the small project and how long it takes: measured alike for all, here or in its own place."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from tests.bench import dcf
from tests.bench.clock import fresh, seconds

DRAWS = 10_000
Answers = tuple[float, float, float]


@dataclass(frozen=True)
class Valued:
    """The project as one package holds it, ready to be valued again and again.

    `evaluate` gives NPV [MSEK], IRR [1/year] and break-even price [MSEK a unit], computed anew at each call; `worth`
    gives the NPV [MSEK] of each draw of price, operating cost and investment, (draws,) each.
    """

    evaluate: Callable[[], Answers]
    worth: Callable[[dcf.Array, dcf.Array, dcf.Array], dcf.Array]


@dataclass(frozen=True)
class Contender:
    """A package: how it is imported, under which preset of hubmodel its conventions are, and what to know of it."""

    package: str
    module: str
    preset: str
    remark: str
    build: Callable[[], Valued]
    draws: int = DRAWS  # fewer for a slow package; its time is scaled
    requirements: tuple[str, ...] = ()
    python: str = ""  # blank: any that hubmodel runs on

    @property
    def distribution(self) -> str:
        """What its version is asked of."""
        return self.requirements[0].partition("==")[0] if self.requirements else self.module


@dataclass(frozen=True)
class Row:
    """What was measured: answers [MSEK, 1/year, MSEK a unit], mean NPV of the draws [MSEK] and CPU seconds."""

    package: str
    version: str
    npv: float
    irr: float
    break_even: float
    mean: float
    imported: float
    once: float
    drawn: float
    preset: str
    remark: str


def measure(one: Contender) -> Row:
    """Measure a package in this process; its import in fresh ones."""
    valued = one.build()
    price, opex, capex = dcf.draws(one.draws)
    npv, irr, break_even = valued.evaluate()
    drawn, _ = seconds(lambda: valued.worth(price, opex, capex), rounds=5)
    scaled = "" if one.draws == DRAWS else f"; draws: {one.draws:,}, time scaled"
    return Row(
        package=one.package,
        version=version(one.distribution),
        npv=npv,
        irr=irr,
        break_even=break_even,
        mean=float(valued.worth(price, opex, capex).mean()),
        imported=fresh(f"import {one.module}")[0],
        once=seconds(valued.evaluate)[0],
        drawn=drawn * DRAWS / one.draws,
        preset=one.preset,
        remark=one.remark + scaled,
    )
