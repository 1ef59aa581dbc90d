"""How time is taken: CPU seconds of one process on one thread, the smallest of several rounds.

On a machine that does other things too wall-clock time is worthless, and the smallest round is what the work itself
takes. Nothing of hubmodel is imported here: other packages' environments have none of it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

Work = Callable[[], Any]


def seconds(work: Work, rounds: int = 7, least: float = 0.05) -> tuple[float, float]:
    """CPU seconds of one call: (smallest, median) over rounds that take `least` seconds together or one call each."""
    work()
    begin = time.process_time()
    work()
    calls = max(1, int(least / max(time.process_time() - begin, 1e-6)))
    out = []
    for _ in range(rounds):
        begin = time.process_time()
        for _ in range(calls):
            work()
        out.append((time.process_time() - begin) / calls)
    return min(out), sorted(out)[len(out) // 2]


def fresh(code: str, rounds: int = 5) -> tuple[float, float, float]:
    """Run code in processes of its own: (smallest CPU seconds, smallest wall seconds, peak memory in MB)."""
    timed = (
        f"import time; c, w = time.process_time(), time.perf_counter()\n{code}\n"
        "c, w = time.process_time() - c, time.perf_counter() - w\n"
        "try:\n    m = next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line[:5] == 'VmHWM')\n"
        "except OSError:\n    m = float('nan')  # only Linux says it without help\n"
        "print(c, w, m)"
    )
    with tempfile.TemporaryDirectory() as folder:  # modules are compiled in the first round
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PYTHONPYCACHEPREFIX": folder}
        command = [sys.executable, "-c", timed]
        runs = [
            subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.split()[-3:]
            for _ in range(rounds)
        ]
    cpu, wall, memory = zip(*(map(float, run) for run in runs), strict=True)
    return min(cpu), min(wall), max(memory)
