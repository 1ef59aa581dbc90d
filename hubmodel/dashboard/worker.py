"""The process for the heavy work of all viewers: draws, tornados, files; it keeps their data in memory only once.

`serve` starts it beside the server; kernels find it by two environment variables and call it through a socket of this
user. It caches draws for other viewers with the same inputs. Without it, each kernel does its own work.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import IO, Any, cast

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.output import pdf as report
from hubmodel.output.pdf.quote import quote_pdf
from hubmodel.pricing import PricedQuote, Quote
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.shares import run_share_job
from hubmodel.uncertainty.simulate import Job, run_job
from hubmodel.uncertainty.tornado import Influence, tornado
from hubmodel.uncertainty.verdict import draw

ADDRESS, KEY = "HUBMODEL_WORKER", "HUBMODEL_WORKER_KEY"
KEPT = 64  # results of draws kept for other viewers


class Worker:
    """The caller of the shared process, or of the functions themselves if there is none; an executor for `simulate`."""

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any], /) -> Iterator[Any]:
        """Apply a function to jobs of draws, in their order."""
        return (self._call(function.__name__, function, job) for job in jobs)

    def tornado(self, case: Case) -> list[Influence]:
        """Return the tornado of a case."""
        found: list[Influence] = self._call("tornado", tornado, case)
        return found

    def board(self, case: Case, language: str) -> bytes:
        """Return the page for the board."""
        found: bytes = self._call("board", board_of, (case, language))
        return found

    def workbook(self, case: Case) -> bytes:
        """Return a case as a workbook, with its solved figures."""
        found: bytes = self._call("workbook", workbook_of, case)
        return found

    def quote(self, what: str, priced: PricedQuote, language: str) -> bytes:
        """Return a quote as ``quote_workbook`` or ``quote_page``."""
        found: bytes = self._call(what, CALLS[what], (priced.hub.case, priced.quote, language))
        return found

    def _call(self, name: str, function: Callable[[Any], Any], argument: Any) -> Any:
        address = os.environ.get(ADDRESS)
        if not address:
            return function(argument)
        try:
            with Client(address, authkey=bytes.fromhex(os.environ[KEY])) as line:
                line.send((name, argument))
                ok, answer = line.recv()
        except (OSError, EOFError):
            return function(argument)  # the process has ended or not started yet: do it here
        if not ok:
            raise answer
        return answer


_kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()


def _run_job(job: Job) -> Any:
    """Run draws, or return the cached result of the same draws of the same inputs."""
    case, draws = job.draws.case, job.draws
    key = (case.folder, case.inputs_hash, draws.points, draws.seed, draws.hold, job.figures, job.begin, job.end)
    if key not in _kept:
        _kept[key] = run_job(job)
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def board_of(asked: tuple[Case, str]) -> bytes:
    """Write the page for the board of a case, in a language."""
    case, language = asked
    return report.pdf(hm.run(case), draw(case) if has_ranges(case) else None, language)


def workbook_of(case: Case) -> bytes:
    """Write a case as a workbook, with its solved figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{case.name}.xlsx"
        hm.write_workbook(hm.run(case), path)
        return path.read_bytes()


def quote_workbook(asked: tuple[Case, Quote, str]) -> bytes:
    """Write a quote as a workbook."""
    case, quote, _ = asked
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{case.name}.xlsx"
        hm.write_quote(hm.price_quote(hm.run(case, solved=False), quote), path)
        return path.read_bytes()


def quote_page(asked: tuple[Case, Quote, str]) -> bytes:
    """Set a quote as one page, in a language."""
    case, quote, language = asked
    return quote_pdf(hm.price_quote(hm.run(case, solved=False), quote), language)


CALLS: dict[str, Callable[[Any], Any]] = {
    "run_job": _run_job,
    "run_share_job": run_share_job,
    "tornado": tornado,
    "board": board_of,
    "workbook": workbook_of,
    "quote_workbook": quote_workbook,
    "quote_page": quote_page,
}


def _answer(line: Connection) -> None:
    with line, suppress(BrokenPipeError):  # the viewer who asked has left
        name, argument = line.recv()
        try:
            answer = True, CALLS[name](argument)
        except Exception as error:  # of any kind: the viewer who asked shall see it
            answer = False, error
        line.send(answer)


def _listen() -> None:
    """Answer until the server that started this process has ended."""
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    with Listener(os.environ[ADDRESS], authkey=bytes.fromhex(os.environ[KEY])) as listener:
        print("listening", flush=True)
        while True:
            try:
                line = listener.accept()
            except (OSError, EOFError, AuthenticationError):  # a caller without the key
                continue
            threading.Thread(target=_answer, args=(line,), daemon=True).start()


@contextmanager
def started() -> Iterator[None]:
    """Run the process as long as the server runs, with its address and key in the environment."""
    with tempfile.TemporaryDirectory(prefix="hubmodel-") as folder:
        pipe = rf"\\.\pipe\{Path(folder).name}"
        os.environ[ADDRESS] = pipe if sys.platform == "win32" else str(Path(folder) / "worker")
        os.environ[KEY] = secrets.token_hex(32)
        command = [sys.executable, "-m", "hubmodel.dashboard.worker"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                cast(IO[bytes], process.stdout).readline()  # until it listens, viewers would do the work themselves
                yield
            finally:
                process.terminate()


if __name__ == "__main__":
    _listen()
