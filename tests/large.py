"""A large case for the tests: a shipped case with many more suites and platforms, over more years."""

import csv
import re
import shutil
from pathlib import Path

from hubmodel.case.facility import Case
from hubmodel.case.loading import case_folder, load_case

Members = dict[str, dict[str, dict[str, str]]]
DEVELOPMENT = 6  # one suite of so many develops processes, the others make batches


def large_case(folder: Path, suites: int = 60, platforms: int = 200, years: int = 30, start: str = "northx") -> Path:
    """Write a large case into a folder that does not exist yet, and return the folder.

    What the case that it starts from says of its first suite or platform holds for every one, but enquiries differ.
    """
    case = load_case(start)
    shutil.copytree(case_folder(start), folder, ignore=shutil.ignore_patterns("scenarios", ".*"))
    head = (folder / "handovers.csv").read_text(encoding="utf-8").partition("\n")[0]
    (folder / "handovers.csv").write_text(f"{head}\n", encoding="utf-8")  # they name platforms
    members = _members(case.lists["site"], suites, platforms)
    _write_lists(folder / "case.toml", members, case.first + years - 1)
    for path in folder.glob("*.csv"):
        _write_rows(path, case, members)
    return folder


def _members(sites: tuple[str, ...], suites: int, platforms: int) -> Members:
    names = [f"suite {at + 1}" for at in range(suites)]
    development = names[::DEVELOPMENT]
    production = [name for name in names if name not in development]
    return {
        "suite": {name: {"site": sites[at % len(sites)]} for at, name in enumerate(names)},
        "platform": {
            f"platform {at + 1}": {
                "suite": production[at % len(production)],
                "development_suite": development[at % len(development)],
            }
            for at in range(platforms)
        },
    }


def _write_lists(path: Path, members: Members, last: int) -> None:
    text = re.sub(r"(?m)^last = \d+", f"last = {last}", path.read_text(encoding="utf-8"))
    for name, links in members.items():
        lines = [f'"{member}" = {{ {", ".join(_links(roles))} }}' for member, roles in links.items()]
        text = re.sub(rf"(?ms)^\[lists\.{name}\]\n.*?\n\n", "\n".join([f"[lists.{name}]", *lines, "", ""]), text)
    path.write_text(text, encoding="utf-8")


def _links(roles: dict[str, str]) -> list[str]:
    return [f'{role} = "{parent}"' for role, parent in roles.items()]


def _write_rows(path: Path, case: Case, members: Members) -> None:
    """Turn the rows of suites and platforms into one row of each for a key."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        fields, rows = list(reader.fieldnames or ()), list(reader)
    if fields[:3] != ["key", "row", "period"]:
        return
    out: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        name = next((name for name in members if row["row"] in (f"each {name}", *case.lists[name])), "")
        if not name:
            out[row["key"], row["row"], row["period"]] = row
        elif (row["key"], f"each {name}", row["period"]) not in out:
            every = [row | {"row": f"each {name}"}, *_own_rows(row, members)]
            out |= {(found["key"], found["row"], found["period"]): found for found in every}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(out.values())


def _own_rows(row: dict[str, str], members: Members) -> list[dict[str, str]]:
    """Return rows of single members: suites for development are not under GMP, and enquiries differ."""
    if row["key"] == "gmp":
        return [row | {"row": name, "value": "0"} for name in list(members["suite"])[::DEVELOPMENT]]
    if row["key"] == "enquiries_per_year":
        return [row | {"row": name, "value": str(0.5 + at % 7)} for at, name in enumerate(members["platform"])]
    return []
