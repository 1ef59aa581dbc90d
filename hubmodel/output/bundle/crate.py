"""The contents and sources of a bundle as RO-Crate 1.1 metadata (researchobject.org/ro-crate/1.1).

Hashes are left to the manifest, as RO-Crate recommends in combination with BagIt (RFC 8493).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from hubmodel.case.datapackage import licence_of, sources_of
from hubmodel.case.facility import Case

METADATA = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.1"
MEDIA = {
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".toml": "application/toml",
    ".txt": "text/plain",
}
PROGRAM, RUN = "#hubmodel", "#run"
DATE = re.compile(r"\d{4}(-\d\d){0,2}")
Entity = dict[str, Any]


def crate_of(case: Case, files: Mapping[str, bytes], described: Mapping[str, str], facts: Mapping[str, Any]) -> bytes:
    """Return the content of ro-crate-metadata.json.

    Parameters
    ----------
    case
        the case of the bundle.
    files
        content by name, without the metadata and the manifest.
    described
        description of each folder (its name ends with a slash) and of each file at the root.
    facts
        ``date``, ``inputs_hash``, and ``versions`` of hubmodel and its dependencies.
    """
    folders = {f"{folder}/" for name in files for folder in PurePosixPath(name).parents if folder.name}
    top = [name for name in described if name.rstrip("/").count("/") == 0]
    sources = {f"#source-{quote(key)}": source for key, source in sources_of(case).items()}
    licence = _licence(case)
    graph: list[Entity] = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": VERSION}},
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{case.title}: {case.scenario}",
            "description": case.summary or case.title,
            "datePublished": facts["date"],
            "identifier": facts["inputs_hash"],
            "license": {"@id": licence["@id"]},
            "hasPart": _all(map(quote, top)),
            "citation": _all(sources),
            "mentions": {"@id": RUN},
        },
        *(_folder(name, {*folders, *files}, described) for name in sorted(folders)),
        *(_file(name, described, files) for name in sorted({*files, *top} - folders)),
        _run(folders),
        *_programs(facts["versions"]),
        licence,
        *(_source(identifier, source) for identifier, source in sources.items()),
    ]
    text = json.dumps({"@context": f"{VERSION}/context", "@graph": graph}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _all(identifiers: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": identifier} for identifier in sorted(identifiers)]


def _folder(name: str, names: Collection[str], described: Mapping[str, str]) -> Entity:
    inside = [path for path in names if path != name and path.startswith(name) and "/" not in path[len(name) : -1]]
    title = described.get(name, PurePosixPath(name).name)
    return {"@id": quote(name), "@type": "Dataset", "name": title, "hasPart": _all(map(quote, inside))}


def _file(name: str, described: Mapping[str, str], files: Mapping[str, bytes]) -> Entity:
    place = PurePosixPath(name)
    title, media = described.get(name, place.name), MEDIA[place.suffix]
    size = {"contentSize": str(len(files[name]))} if name in files else {}
    return {"@id": quote(name), "@type": "File", "name": title, "encodingFormat": media, **size}


def _run(folders: Collection[str]) -> Entity:
    """Describe the run that made the results from the inputs."""
    made = [name for name in folders if name in ("results/", "notebooks/")]
    what = {"@id": RUN, "@type": "CreateAction", "name": "hubmodel bundle", "instrument": {"@id": PROGRAM}}
    return {**what, "object": {"@id": "inputs/"}, "result": _all(made)}


def _programs(versions: Mapping[str, str]) -> list[Entity]:
    """Describe hubmodel and its dependencies."""
    found = {f"#{name}": {"name": name, "version": version} for name, version in versions.items()}
    needed = {"softwareRequirements": _all(found.keys() - {PROGRAM})}
    return [
        {"@id": identifier, "@type": "SoftwareApplication", **facts, **(needed if identifier == PROGRAM else {})}
        for identifier, facts in found.items()
    ]


def _licence(case: Case) -> Entity:
    for licence in licence_of(case):
        return {"@id": licence["path"], "@type": "CreativeWork", "name": licence["name"], "url": licence["path"]}
    return {"@id": "#licence", "@type": "CreativeWork", "name": "not stated", "description": "ask who made the bundle"}


def _source(identifier: str, source: Mapping[str, str]) -> Entity:
    facts = {
        "name": source["title"],
        "publisher": source["publisher"],
        "identifier": source["reference"],
        "url": source["url"],
    }
    facts["datePublished"] = source["date"] if DATE.fullmatch(source["date"]) else ""
    return {"@id": identifier, "@type": "CreativeWork", **{name: fact for name, fact in facts.items() if fact}}
