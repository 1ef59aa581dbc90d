"""Verification of a bundle: its files by their hashes, its figures by a new run.

A bundle that another version wrote is not computed again, as lines may have changed since: its totals are added up.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hubmodel.case.loading import SCHEMA, load_case
from hubmodel.case.reading import read_toml
from hubmodel.case.scenario import apply_toml
from hubmodel.errors import HubmodelError, InputError
from hubmodel.output.bundle.archive import Problem, file_problems, lay_out, manifest_of, unpack
from hubmodel.output.bundle.results import CHECKS, FOLDER, Difference, differences, figures_in, results_of
from hubmodel.output.bundle.totals import totals
from hubmodel.output.bundle.writing import BUNDLE_SCHEMA, DICTIONARY, FACTS, INPUTS, SCENARIO
from hubmodel.study.run import run
from hubmodel.text.third_party import third_party_message
from hubmodel.version import __version__

STATED = ("case", "scenario", "model_version", "inputs_hash")


@dataclass(frozen=True)
class Verification:
    """The outcome: the stated origin, how many files and figures were compared, and each one that differs.

    `schema_version` is that of the cases of the version that wrote the bundle; None if it is not stated.
    """

    origin: Mapping[str, str]
    schema_version: int | None
    files: int
    figures: int
    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        """True if every file and figure agrees with the bundle."""
        return not self.problems and not self.differences

    @property
    def other_version(self) -> bool:
        """True if another version of the model wrote the bundle; then its figures are not computed again."""
        return _other_version(self.origin, self.schema_version)


def _other_version(origin: Mapping[str, str], schema_version: int | None) -> bool:
    return bool(origin["model_version"]) and (origin["model_version"], schema_version) != (__version__, SCHEMA)


def verify_bundle(path: str | Path) -> Verification:
    """Verify a bundle: the hash of each file, then each figure, computed again from its inputs.

    If another version wrote the bundle, its figures are not computed again; its totals must agree with the stored
    figures that they add up.

    Parameters
    ----------
    path
        file that `write_bundle` wrote. It is unpacked into a temporary folder; no other file is touched.

    Returns
    -------
    The outcome; figures are compared only if every file agrees with the manifest.

    Raises
    ------
    InputError
        for a file that is no bundle, has another schema, or is not safe to open.
    """
    files = unpack(path)
    manifest = manifest_of(files, path)
    problems = tuple(file_problems(files, manifest))
    spoilt = FACTS in (problem.file for problem in problems)
    facts, schema = (_UNKNOWN, None) if spoilt else _facts(files, path)
    if problems:
        return Verification(facts, schema, len(manifest), 0, problems, ())
    sound = {name: content for name, content in files.items() if content is not None}
    kept = {name: content for name, content in sound.items() if name.startswith(f"{FOLDER}/")}
    if _other_version(facts, schema):
        count, found = totals(kept, sound.get(DICTIONARY, b""))
        return Verification(facts, schema, len(manifest), count, (), (*_origins(kept, facts), *found))
    now, hashes = _again(sound, facts, path)
    return Verification(facts, schema, len(manifest), figures_in(kept), (), (*hashes, *differences(kept, now)))


_UNKNOWN = dict.fromkeys(STATED, "")


def _facts(files: Mapping[str, bytes | None], path: str | Path) -> tuple[dict[str, str], int | None]:
    """Return the origin that a bundle states and the version of its case, if this version can read the bundle."""
    names = ", ".join(STATED)
    try:
        stated = json.loads(files.get(FACTS) or b"")
        version, facts = stated["bundle_schema"], {name: stated[name] for name in STATED}
        schema = stated.get("schema_version")
    except (KeyError, TypeError, ValueError, RecursionError):
        raise InputError(
            "{file}: {facts} does not say {names}; get the bundle anew", file=path, facts=FACTS, names=names
        ) from None
    if not isinstance(version, int) or not all(isinstance(fact, str) for fact in facts.values()):
        raise InputError(
            "{file}: {facts} does not say {names} as it must; get the bundle anew", file=path, facts=FACTS, names=names
        )
    if version < BUNDLE_SCHEMA:
        raise InputError(
            "{file}: bundle_schema {found} is older than {known}, which this one reads; verify it with hubmodel "
            "{version}, which wrote it",
            file=path,
            found=version,
            known=BUNDLE_SCHEMA,
            version=facts["model_version"],
        )
    if version > BUNDLE_SCHEMA:
        raise InputError(
            "{file}: bundle_schema {found} is newer than {known}; update hubmodel",
            file=path,
            found=version,
            known=BUNDLE_SCHEMA,
        )
    return facts, schema if isinstance(schema, int) else None


def _origins(files: Mapping[str, bytes], facts: Mapping[str, str]) -> list[Difference]:
    """Return what the results state as their origin, where the bundle states another."""
    stated = json.loads(files[CHECKS]) if CHECKS in files else facts
    return [
        Difference(CHECKS, name, "", str(stated.get(name, "")), fact)
        for name, fact in facts.items()
        if stated.get(name) != fact
    ]


def _again(
    files: Mapping[str, bytes], facts: Mapping[str, str], path: str | Path
) -> tuple[dict[str, bytes], list[Difference]]:
    """Compute the results again from the inputs of a bundle, and compare the hash of those inputs."""
    place = f"{INPUTS}/{facts['case']}/"
    inside = {name: content for name, content in files.items() if name.startswith(place) or name == SCENARIO}
    if f"{place}case.toml" not in inside:
        raise InputError("{file}: holds no {folder}case.toml; get the bundle anew", file=path, folder=place)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            lay_out(inside, root)
            case = load_case(root / place)
            if SCENARIO in inside:
                case = apply_toml(case, read_toml(root / SCENARIO), f"{facts['scenario']}.toml")
            now = results_of(run(case))
        except HubmodelError as error:
            raise InputError(
                "{file}: made with hubmodel {version}: {problem}",
                file=path,
                version=facts["model_version"],
                problem=error.message,
            ) from None
        except OSError as error:
            raise InputError(
                "{file}: cannot be laid out: {problem}; get the bundle anew",
                file=path,
                problem=third_party_message(error.strerror or str(error)),
            ) from None
    kept, own = facts["inputs_hash"], case.inputs_hash
    return now, [Difference(FACTS, "inputs_hash", "", kept, own)] if kept != own else []
