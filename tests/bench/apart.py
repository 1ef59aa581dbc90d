"""Other packages measured, each in an environment of its own, made in a temporary folder and thrown away."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hubmodel.errors import UnknownName
from tests.bench.contender import Contender, Row
from tests.bench.peers import PEERS

ROOT = Path(__file__).parents[2]
PATIENCE = 1800  # seconds for one command, an installation over a slow line included


def chosen(which: str) -> list[Contender | str]:
    """Return the packages that ``PEERS=`` asks for, ``all`` or names with commas; a line in place of an unknown one.

    >>> [one.package for one in chosen("pysam, modelx")]
    ['PySAM', 'modelx']
    """
    known = {name.lower(): one for name, one in PEERS.items()}
    names = list(known) if which.strip().lower() == "all" else [name.strip() for name in which.split(",")]
    return [known.get(name.lower()) or str(UnknownName.of("package", name, PEERS)) for name in names if name]


def measured(one: Contender) -> Row | str:
    """Install a package apart and measure it there; where that cannot be, return why in one line."""
    python = interpreter(one.python)
    if python is None:
        return f"{one.package} not measured: it needs Python {one.python}, and there is no python{one.python} here"
    with tempfile.TemporaryDirectory() as folder:
        own = str(Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python")
        for command in (
            (python, "-m", "venv", folder),
            (own, "-m", "pip", "install", "--quiet", *one.requirements),
            (own, "-m", "tests.bench.peers", one.package),
        ):
            done = _run(command, folder)
            if done.returncode:
                return f"{one.package} not measured: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return Row(**json.loads(done.stdout.splitlines()[-1]))


def interpreter(wanted: str) -> str | None:
    """Return a Python of a version, this one if it will do, None where there is none."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return sys.executable if wanted in ("", here) else shutil.which(f"python{wanted}")


def _run(command: tuple[str, ...], folder: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    clean = kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no end after {PATIENCE} s: {' '.join(command[1:4])}")
