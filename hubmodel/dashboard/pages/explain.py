"""Explanation of any number, down to the row, the section and the quote."""

from __future__ import annotations

import ipywidgets as widgets

from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, choice
from hubmodel.dashboard.net import watched
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.view import View
from hubmodel.engine.units import Membership
from hubmodel.errors import HubmodelError
from hubmodel.text.language import label

DEPTH = 3
FIRST = "net_present_value"


class Explain(View):
    """The page that explains any line or input."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, {"found": "Explain a number"})
        self.names = self._names()
        self.search = widgets.Combobox(
            options=list(self.names), value=self._title(FIRST), description=self._("Line or input"), ensure_option=True,
            continuous_update=False,
        )  # fmt: skip
        self.search.add_class("hub-search")
        watched(self.search, lambda _: self._chosen())
        self.row = choice(self._("Row"), {"–": ""}, self._explain)
        self.period = choice(self._("Period"), {"–": ""}, self._explain)
        note = self._("Type a part of a name and choose. Each ingredient opens further, down to its source.")
        self.control("found", box("hub-row", self.search, self.row, self.period), note=note)
        self.root = box("hub-view", box("hub-panels hub-one", self.boxes["found"]))
        self._chosen()

    def show_lines(self) -> None:
        """Explain again, as the numbers have changed."""
        self._explain()

    def _names(self) -> dict[str, str]:
        case = self.desk.case
        known = [*case.model.order, *(key for key in case.by_key if not isinstance(case.inputs.get(key), Membership))]
        return {self._title(name): name for name in known if name in case.model.lines or name in case.inputs}

    def _title(self, name: str) -> str:
        return f"{label(name, self.language)} ({name})"

    def _chosen(self) -> None:
        name = self.names.get(self.search.value)
        if name is None:
            return
        result = self.desk.result
        members, varies = result.rows(name), getattr(result[name], "ndim", 0) and result[name].shape[-1] > 1
        largest = {self._("the largest"): ""}
        self.row.options = list((largest | {member: member for member in members if member}).items())
        usual = {self._("a usual one"): ""}
        self.period.options = list(
            (usual | {period: period for period in (result.case.periods if varies else ())}).items()
        )
        self._explain()

    def _explain(self) -> None:
        name = self.names.get(self.search.value)
        if name is None:
            return
        try:
            row, period = self.row.value or None, self.period.value or None
            found = self.desk.result.explain(name, row, period, DEPTH, self.language)
            self.write("found", fragments.explanation(found.as_dict(), self.language))
        except HubmodelError as error:
            self.write("found", "", self.refused(error))
