"""What the model and the reference case declare: one graph of all line modules, every formula, who uses what."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import hubmodel as hm
from derived.markdown import link, plain
from hubmodel.case.facility import CHECKS, PACKAGE, Case, model_of
from hubmodel.engine.graph import Model
from hubmodel.engine.trace import Expression, Traced, trace_line
from hubmodel.engine.units import Membership
from hubmodel.pricing import one_batch
from hubmodel.study.explain import Explainer
from hubmodel.study.run import Result
from hubmodel.study.tables import TABLES, entries
from hubmodel.text.language import label

ANY = ""  # the list of everything in modules that no case loads: each fits with each


class Declared:
    """The reference case, the graph of all line modules, and the formula of every line."""

    @cached_property
    def case(self) -> Case:
        """The reference case."""
        return hm.load("northx")

    @cached_property
    def study(self) -> Result:
        """A run of the reference case."""
        return hm.run(self.case)

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The line modules: those of the case in its order, then the others; checks come last."""
        known = sorted(path.stem for path in (PACKAGE / "lines").glob("[a-z]*.py"))
        return (*dict.fromkeys((*self.case.modules, *(name for name in known if name != CHECKS))), CHECKS)

    @cached_property
    def model(self) -> Model:
        """The graph of all line modules."""
        return model_of(tuple(module for module in self.modules if module != CHECKS))  # every graph has the checks

    @cached_property
    def listed(self) -> Traced:
        """The formulas of the lines that run here, of the case and of a quote, with the lists that they run over."""
        quoted = hm.price_quote(self.study, one_batch(self.study, "one batch"))
        return Traced({**self.study.traced.lines, **quoted.lines.traced.lines})

    @cached_property
    def explainer(self) -> "Linked":
        """Writes the formula of any line."""
        alone = {
            name: trace_line(name, self.model, {one: self._without_list(one) for one in self.model.ingredients[name]})
            for name in self.model.lines.keys() - self.listed.lines.keys()
        }
        return Linked(self.case, Traced({**alone, **self.listed.lines}), {})

    def _without_list(self, name: str) -> Expression | Membership:
        if name in self.model.memberships:
            return Membership(ANY, ANY, (), 0)
        return Expression("name", (name,), self.model.units[name], ANY, True)

    def list_of(self, name: str) -> str | None:
        """Return which list a line runs over, blank where no case says; None for the facility as a whole."""
        return self.listed.list_of(name) if name in self.listed.lines else ANY

    @cached_property
    def tables_of(self) -> dict[str, list[str]]:
        """The tables that show each line."""
        out: dict[str, list[str]] = defaultdict(list)
        for table in TABLES:
            for name, _, _ in entries(table, self.model.ingredients):
                out[name].append(table)
        return out

    def users(self, names: Iterable[str]) -> list[str]:
        """Return the lines that use any of some inputs."""
        return list(dict.fromkeys(user for name in names for user in self.model.users.get(name, ())))


class Linked(Explainer):
    """Writes formulas whose names are links."""

    def named(self, name: str) -> str:
        """Return the link to a line or input."""
        return link(super().named(name), name)


def over(of: str | None) -> str:
    """Return what a line or input runs over, by its list."""
    return "the facility as a whole" if of is None else f"each {plain(of)}" if of else ""


def linked(names: Iterable[str]) -> str:
    """Return links to lines and inputs, under their labels."""
    return ", ".join(link(label(name), name) for name in names)
