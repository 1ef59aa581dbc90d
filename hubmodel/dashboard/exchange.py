"""Export and import of scenarios, as a workbook or a TOML file: changes are shown before they count."""

from __future__ import annotations

import asyncio
import base64
import binascii
import tomllib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote

import ipywidgets as widgets

import hubmodel as hm
from hubmodel.case.facility import Case, Override
from hubmodel.case.scenario import apply_toml, to_toml
from hubmodel.dashboard import fragments
from hubmodel.dashboard.controls import box, button
from hubmodel.dashboard.net import netted
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import background
from hubmodel.errors import HubmodelError, InputError, Message
from hubmodel.output.excel.reading import read_workbook
from hubmodel.text.language import label, text, translate
from hubmodel.text.numbers import format_value
from hubmodel.text.third_party import third_party_message

LARGEST = 7_000_000  # bytes that a message to the kernel can carry
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
READ = "read from a file"  # placeholder until a reason is given


@dataclass(frozen=True)
class Offer:
    """The changes in a file: the scenario, the cells of its table, and a remark on its origin."""

    case: Case
    rows: tuple[tuple[str, ...], ...]
    remark: str
    asks_why: bool


class Exchange:
    """The export and import of files.

    Parameters
    ----------
    shell
        the frame, with the visitor's session and its downloads.
    """

    def __init__(self, shell: Shell) -> None:
        self.desk, self.language, self.parcel = shell.desk, shell.language, shell.parcel
        self.offer: Offer | None = None
        self.status, self.found = widgets.HTML(), widgets.HTML()
        self.status.add_class("hub-live")
        self.reason = widgets.Text(description=self._("Why these changes?"), continuous_update=False)
        self.take = button(self._("Take over"), self._take)
        self.leave = button(self._("Leave as it is"), self.clear)
        self.answer = box("hub-field hub-offer", self.reason, box("hub-tools", self.take, self.leave))
        self.chooser = widgets.HTML(self._chooser())
        out = box(
            "hub-tools",
            button(self._("Download the workbook (Excel)"), lambda: self._beside(self._send_workbook())),
            button(self._("Download the scenario (TOML)"), self._send_toml),
            button(self._("Download one page for the board (PDF)"), lambda: self._beside(self._send_board())),
        )
        self.box = box("hub-exchange", out, self.chooser, self.status, self.found, self.answer)
        self.clear()

    def _(self, message: str) -> str:
        return text(message, self.language)

    def _chooser(self) -> str:
        name = escape(self._("Open a workbook or a scenario file"))
        note = escape(self._("Changes are shown before they count; nothing is kept on the server."))
        return (
            f'<label class="hub-choose">{name}<input type="file" class="hub-file" accept=".xlsx,.toml" '
            f'data-largest="{LARGEST}"></label><p class="hub-soft">{note}</p>'
        )

    def receive(self, message: str) -> None:
        """Read a message with a file: its name, quoted as in an address, and its content in base64 (or its size)."""
        name, _, content = message.partition(" ")
        self.clear()
        self.status.value = escape(self._("reading"))
        self._beside(self._read(Path(unquote(name)).name[:80], content))

    def _beside(self, work: Coroutine[None, None, None]) -> None:
        """Do work in the background; its progress and its failure are both shown as the status."""
        background(netted(work, self._refuse))

    async def _read(self, name: str, content: str) -> None:
        self.offer = await asyncio.to_thread(self._offer_of, name, content)
        self._show(name, self.offer)

    def _offer_of(self, name: str, content: str) -> Offer:
        if content.startswith("size="):
            raise InputError(
                "{file}: has {size} bytes; a scenario or an export has at most {largest}",
                file=name,
                size=content[5:][:12],
                largest=LARGEST,
            )
        try:
            data = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise InputError("{file}: did not arrive whole; choose it again", file=name) from None
        return self._from_toml(name, data) if name.endswith(".toml") else self._from_workbook(data)

    def _from_toml(self, name: str, data: bytes) -> Offer:
        try:
            content = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(
                "{file}: not valid TOML: {problem}; mend that place", file=name, problem=third_party_message(str(error))
            ) from None
        case = apply_toml(self.desk.origin, content, name)
        rows = [self._row(override) for override in case.overrides]
        rows += [(self._("Quote"), "", quote.name, quote.reason) for quote in case.quotes]
        return Offer(case, tuple(rows), "", False)

    def _from_workbook(self, data: bytes) -> Offer:
        found = read_workbook(data, READ, self.desk.origin)
        cells = {difference.name: difference.cell for difference in found.differences}
        rows = tuple((*self._row(override)[:3], cells.get(override.name, "")) for override in found.case.overrides)
        remark = "" if found.version == hm.__version__ else self._("made with model version {version}")
        return Offer(found.case, rows, remark.format(version=found.version), True)

    def _row(self, override: Override) -> tuple[str, ...]:
        key, _, member = override.name.removesuffix("]").partition("[")
        row = self.desk.origin.by_key[key][0]
        same = [was for was in self.desk.origin.by_key[key] if was.row == member] or [row]
        name = ", ".join(filter(None, [label(key, self.language), member]))
        return name, self._shown(same[0].value, row.unit), self._shown(override.value, row.unit), override.reason

    def _shown(self, value: float | str, unit: str) -> str:
        return value if isinstance(value, str) else format_value(value, unit, self.language, digits=None)

    def _show(self, name: str, offer: Offer) -> None:
        if not offer.rows:
            self.status.value = escape(f"{name}: {self._('no differences')}")
            return
        last = "Cell" if offer.asks_why else "Reason"
        head = [escape(self._(column)) for column in ("Input", "Base case", "File", last)]
        rows = [[escape(cell) for cell in row] for row in offer.rows]
        self.status.value = escape(" · ".join(filter(None, [name, offer.remark])))
        self.found.value = fragments.table(head, rows, self._("What the file changes"))
        self.answer.remove_class("hub-none")
        (self.reason.remove_class if offer.asks_why else self.reason.add_class)("hub-none")

    def _take(self) -> None:
        offer = self.offer
        if offer is None:
            return
        why = self.reason.value.strip()
        if offer.asks_why and not why:
            self.status.value = (
                f'<span class="hub-failed">{escape(self._("Say why: the reason is kept with it."))}</span>'
            )
            return
        given = offer.case.overrides
        reasoned = (
            tuple(Override(override.name, override.value, why) for override in given) if offer.asks_why else given
        )
        self._tried(lambda: self.desk.take(reasoned, offer.case.scenario, offer.case.quotes))

    def _tried(self, action: Callable[[], None]) -> None:
        try:
            action()
        except HubmodelError as error:
            self._refuse(error.message)
        else:
            self.clear()

    def _refuse(self, reason: Message) -> None:
        lines = escape(translate(reason, self.language)).replace("\n", "<br>")
        self.status.value = f'<span class="hub-failed">{lines}</span>'

    def clear(self) -> None:
        """Forget the file that was read."""
        self.offer, self.reason.value = None, ""
        self.status.value = self.found.value = ""
        self.answer.add_class("hub-none")

    def _send_toml(self) -> None:
        case = self.desk.case
        self.parcel.send(f"{case.name}.toml", "application/toml", to_toml(case).encode())

    async def _send_board(self) -> None:
        self.status.value = escape(self._("writing the page"))
        case = self.desk.case
        data = await asyncio.to_thread(self.desk.worker.board, case, self.language)
        self.status.value = ""
        self.parcel.send(f"{case.name}_{case.inputs_hash}.pdf", PDF, data)

    async def _send_workbook(self) -> None:
        self.status.value = escape(self._("writing the workbook"))
        result = self.desk.result
        data = await asyncio.to_thread(self.desk.worker.workbook, result.case)
        self.status.value = ""
        self.parcel.send(f"{result.case.name}_{result.case.inputs_hash}.xlsx", EXCEL, data)
