"""Writing of bundles: a run of a case with all that is needed to read, check and repeat it."""

from __future__ import annotations

import json
import platform
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from hubmodel.case.datapackage import descriptor, sources_of, write_datapackage
from hubmodel.case.documents import SOURCE_COLUMNS
from hubmodel.case.facility import Case
from hubmodel.case.files import write_whole
from hubmodel.case.loading import SCHEMA, load_case
from hubmodel.case.scenario import to_toml
from hubmodel.errors import InputError
from hubmodel.output.bundle import notebooks as books
from hubmodel.output.bundle.archive import MANIFEST, lay_out, pack
from hubmodel.output.bundle.crate import METADATA, crate_of
from hubmodel.output.bundle.dictionary import dictionary_of
from hubmodel.output.bundle.results import results_of, to_csv
from hubmodel.study.run import Result
from hubmodel.version import __version__

BUNDLE_SCHEMA = 1  # of the bundles that this version writes and reads
FACTS, INPUTS, SCENARIO, DICTIONARY = "bundle.json", "inputs", "inputs/scenario.toml", "dictionary.csv"
DESCRIBED = {
    FACTS: "What was run: case, scenario, hash of the inputs, versions",
    DICTIONARY: "Data dictionary: every input, line, key figure, row and column",
    MANIFEST: "SHA-256 of every file; sha256sum -c reads it",
    "inputs/": "The case, and the scenario where one was run",
    "results/": "Key figures, tables and checks of the run",
    "notebooks/": "Questions and answers, run on the case without the scenario",
}


def write_bundle(study: Result, path: str | Path, *, notebooks: bool = True, day: str = "") -> dict[str, int]:
    """Write a run as a bundle: inputs, sources, results, notebooks, versions, hashes, data dictionary, RO-Crate.

    Parameters
    ----------
    study
        result of `hubmodel.run`.
    path
        file to write, FILE.zip; never left half-written.
    notebooks
        whether to include the notebooks, run on the case; takes about a minute.
    day
        date of the bundle, such as 2026-03-31; today (UTC) if not given. The same run and day give the same bytes.

    Returns
    -------
    The number of files in its manifest, how many of them are notebooks, and its size in bytes.

    Raises
    ------
    InputError
        for another suffix, an invalid date, a place that cannot be written, or notebooks that cannot be run.
    """
    path = Path(path)
    if path.suffix.lower() != ".zip":
        raise InputError("{name}: a bundle's name ends with .zip; write {stem}.zip", name=path.name, stem=path.stem)
    if not path.parent.is_dir():  # refuse before anything is run
        raise InputError(
            "{file}: cannot be written: there is no folder {folder}; choose another place",
            file=path,
            folder=path.parent,
        )
    facts, case = _facts(study.case, day), f"{INPUTS}/{study.case.name}"
    if notebooks:
        books.wanted()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(_inputs(study.case), root)
        write_datapackage(load_case(root / case))
        inputs = {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}
        ran = books.executed(root, case) if notebooks else {}
    files = {
        **inputs,
        **results_of(study),
        **ran,
        DICTIONARY: to_csv(dictionary_of(study)),
        FACTS: (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(),
    }
    folders = {f"{name.partition('/')[0]}/" for name in files if "/" in name}
    described = {
        name: description for name, description in DESCRIBED.items() if name in folders or not name.endswith("/")
    }
    content = pack({**files, METADATA: crate_of(study.case, files, described, facts)})
    write_whole(path, content)
    return {"files": len(files) + 1, "notebooks": len(ran), "bytes": len(content)}


def _facts(case: Case, day: str) -> dict[str, Any]:
    return {
        "bundle_schema": BUNDLE_SCHEMA,
        **case.origin,
        "schema_version": SCHEMA,
        "date": _day(day),
        "versions": _versions(),
    }


def _day(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat() if day else datetime.now(UTC).date().isoformat()
    except ValueError:
        raise InputError(
            "date must be a day such as 2026-03-31, got {value!r}; write year, month and day", value=day
        ) from None


def _versions() -> dict[str, str]:
    """Return the versions of hubmodel, Python and the packages that the model runs on."""
    needed = [requirement for requirement in metadata.requires("hubmodel") or () if "extra ==" not in requirement]
    names = sorted(found[0] for requirement in needed if (found := re.match(r"[\w.-]+", requirement)))
    return {
        "hubmodel": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in names},
    }


def _inputs(case: Case) -> dict[str, bytes]:
    """Return the files of a case; its sources.csv holds every source it cites, so that the folder is complete."""
    folder = f"{INPUTS}/{case.name}"
    paths = [resource["path"] for resource in descriptor(case)["resources"] if "path" in resource]
    files = {f"{folder}/{path}": (case.folder / path).read_bytes() for path in paths}
    files[f"{folder}/sources.csv"] = to_csv([SOURCE_COLUMNS, *(_cells(source) for source in sources_of(case).values())])
    return files | ({SCENARIO: to_toml(case).encode()} if case.overrides or case.quotes else {})


def _cells(source: Mapping[str, str]) -> list[str]:
    return [source[column] for column in SOURCE_COLUMNS]
