"""Break the lines of the model in many small ways and count how many breaks tests/lines notices: ``make mutate``.

cosmic-ray lists every mutant of hubmodel/lines; a seed draws some. They run in a copy of the checkout, so that one that
is left behind by an interruption spoils nothing. cosmic-ray has an environment of its own, and so is no dependency.
"""

import argparse
import ast
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "mutate" / ("Scripts" if os.name == "nt" else "bin")
COPIED = ("hubmodel", "data", "tests", "docs", "notebooks", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")
LISTED = "SELECT job_id, module_path, start_pos_row, start_pos_col, operator_name, operator_args, occurrence"
FOUND = """SELECT module_path, start_pos_row, operator_name, test_outcome, diff FROM mutation_specs
JOIN work_results USING (job_id) WHERE worker_outcome = 'NORMAL' ORDER BY module_path, start_pos_row"""


def install() -> None:
    """Make the environment that has cosmic-ray, unless it is there: the group ``mutate`` of pyproject.toml."""
    if not (TOOLS / "cosmic-ray").exists():
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, TOOLS.parent], check=True)
        subprocess.run([*uv, "pip", "install", "--python", TOOLS.parent, "--group", "mutate"], cwd=ROOT, check=True)


def copy(folder: Path) -> None:
    """Copy what the tests need, and say how they are run on a mutant."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_build", ".*"))
        else:
            shutil.copy(ROOT / name, folder / name)
    tests = f"'{sys.executable}' -m pytest -x -q -p no:cacheprovider --hypothesis-profile=hubmodel-ci tests/lines"
    (folder / "mutate.toml").write_text(
        '[cosmic-ray]\nmodule-path = "hubmodel/lines"\ntimeout = 300.0\nexcluded-modules = []\n'
        f'test-command = """{tests}"""\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )


def annotated(folder: Path, module: str) -> set[tuple[int, int]]:
    """Lines and columns of a module that lie in an annotation: ``Ratio | None`` is no arithmetic."""
    tree, places = ast.parse((folder / module).read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(part, ast.expr):
                places |= {(one.lineno, one.col_offset) for one in ast.walk(part) if isinstance(one, ast.expr)}
    return places


def choose(folder: Path, count: int, seed: int) -> int:
    """Keep that many mutants of the session, drawn by the seed; how many there were."""
    with sqlite3.connect(folder / "mutate.sqlite") as session:
        listed = [tuple(map(str, row)) for row in session.execute(f"{LISTED} FROM mutation_specs")]
        types = {module: annotated(folder, module) for module in {row[1] for row in listed}}
        numbers = sorted((row[1:], row[0]) for row in listed if (int(row[2]), int(row[3])) not in types[row[1]])
        kept = random.Random(seed).sample(numbers, min(count, len(numbers)))
        session.execute("DELETE FROM work_items")  # and back in the order drawn: a run that is stopped is a sample, too
        session.executemany("INSERT INTO work_items (job_id) VALUES (?)", [(job,) for _, job in kept])
        session.execute("DELETE FROM mutation_specs WHERE job_id NOT IN (SELECT job_id FROM work_items)")
    return len(numbers)


def report(folder: Path, drawn: int, known: int) -> None:
    """Print every mutant that no test noticed, and the share of those that one did."""
    with sqlite3.connect(folder / "mutate.sqlite") as session:
        ran = session.execute(FOUND).fetchall()
    for module, row, operator, outcome, diff in ran:
        if outcome == "SURVIVED":
            changes = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            print(f"{module}:{row} {operator.removeprefix('core/')}", *changes, sep="\n    ")
    noticed = sum(outcome != "SURVIVED" for *_, outcome, _ in ran)
    share = f"{100 * noticed / len(ran):.0f} %" if ran else "-"
    print(f"{noticed} of {len(ran)} mutants noticed: {share} ({drawn} drawn of {known})")


def main() -> None:
    """Draw mutants, run tests/lines on each for as long as there is time, and report."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=90)
    given = parser.parse_args()
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        tool, files = TOOLS / "cosmic-ray", ("mutate.toml", "mutate.sqlite")
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        subprocess.run([tool, "baseline", files[0]], cwd=folder, env=environment, check=True)
        subprocess.run([tool, "init", *files], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        known = choose(folder, given.mutants, given.seed)
        try:
            subprocess.run([tool, "exec", *files], cwd=folder, env=environment, check=True, timeout=60 * given.minutes)
        except subprocess.TimeoutExpired:
            print(f"stopped after {given.minutes:g} minutes")
        report(folder, min(given.mutants, known), known)


if __name__ == "__main__":
    main()
