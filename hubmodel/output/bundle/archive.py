"""Reproducible zips, and safe reading of zips from anywhere.

A bundle holds ``manifest-sha256.txt`` with a line for each file, as ``sha256sum -c`` reads it (RFC 8493, BagIt).
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hubmodel.errors import InputError, Message
from hubmodel.text.third_party import third_party_message

MANIFEST = "manifest-sha256.txt"
MOST_FILES, MOST_BYTES = 10_000, 500_000_000  # unpacked: far above any case, far below the size of a disk
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip, so that the bytes depend on no clock
MODE = (stat.S_IFREG | 0o644) << 16
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class Problem:
    """A file of a bundle that differs from its manifest: what is wrong, and the cure."""

    file: str
    message: Message


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Pack files by name into a zip with their manifest; the same files give the same bytes.

    Raises
    ------
    InputError
        for a name that some systems cannot write.
    """
    for name in files:
        if not _harmless(name):
            raise InputError(
                "{name!r}: cannot stand in a bundle, as other systems cannot write it; rename it", name=name
            )
    lines = [f"{sha256(files[name])}  {name}\n" for name in sorted(files)]
    whole = {**files, MANIFEST: "".join(lines).encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(whole):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr, entry.compress_type = MODE, zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever this system is
            archive.writestr(entry, whole[name])
    return out.getvalue()


def lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by name below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def unpack(path: str | Path) -> dict[str, bytes | None]:
    """Read the files of a zip by name, None for a damaged one; nothing is written to disk.

    Raises
    ------
    InputError
        for a file that is no zip, a name that leads out of it or occurs twice, or more than `MOST_BYTES` unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_harm(path, entries)
            return {entry.filename: _read(archive, entry) for entry in entries}
    except FileNotFoundError:
        raise InputError("{file}: there is no such file; give the path of a bundle", file=path) from None
    except OSError as error:
        problem = third_party_message(error.strerror or str(error))
        raise InputError("{file}: cannot be read: {problem}; check the file", file=path, problem=problem) from None
    except (zipfile.BadZipFile, RuntimeError, ValueError):
        raise InputError("{file}: is not a zip; give a file that hubmodel bundle wrote", file=path) from None


def _refuse_harm(path: str | Path, entries: list[zipfile.ZipInfo]) -> None:
    size, seen = sum(entry.file_size for entry in entries), set[str]()
    if size > MOST_BYTES or len(entries) > MOST_FILES:
        raise InputError(
            "{file}: holds {count} files of {size:.0f} MB unpacked, more than the {most_files} files or "
            "{most_size:.0f} MB of any bundle; do not open it",
            file=path,
            count=len(entries),
            size=size / 1e6,
            most_files=MOST_FILES,
            most_size=MOST_BYTES / 1e6,
        )
    for name in (entry.orig_filename for entry in entries):
        if not _harmless(name):
            raise InputError("{file}: {name!r} leads out of the bundle; do not open it", file=path, name=name)
        if name in seen:
            raise InputError("{file}: {name!r} stands twice; do not trust it", file=path, name=name)
        seen.add(name)


def _harmless(name: str) -> bool:
    """True if a name stays below its folder on every system."""
    parts = PurePosixPath(name).parts
    return "/".join(parts) == name and ".." not in parts and not set(name) & set('\\:\0*?"<>|') and name.isprintable()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    try:
        return archive.read(entry)  # at most file_size bytes, which `_refuse_harm` has added up
    except UNREADABLE:
        return None


def manifest_of(files: Mapping[str, bytes | None], path: str | Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a bundle's manifest names.

    Raises
    ------
    InputError
        for a bundle without a manifest, or a line of it that names no file.
    """
    content = files.get(MANIFEST)
    if content is None:
        raise InputError(
            "{file}: holds no {manifest}, so it is no bundle; give a file that hubmodel bundle wrote",
            file=path,
            manifest=MANIFEST,
        )
    out = {}
    for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
        digest, gap, name = line.partition("  ")
        if not gap or len(digest) != 64:
            raise InputError(
                "{file}: {manifest} line {number}: names no file by its hash; get the bundle anew",
                file=path,
                manifest=MANIFEST,
                number=number,
            )
        out[name] = digest
    return out


def file_problems(files: Mapping[str, bytes | None], manifest: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each file that differs from the manifest."""
    cure = Message("get the bundle anew from whom it came, or make another from the case")
    for name, digest in sorted(manifest.items()):
        content = files.get(name)
        if name not in files:
            yield Problem(name, Message("is missing; {cure}", cure=cure))
        elif content is None:
            yield Problem(name, Message("is damaged and cannot be read; {cure}", cure=cure))
        elif (found := sha256(content)) != digest:
            yield Problem(
                name,
                Message(
                    "has SHA-256 {found}, the manifest says {stated}; {cure}", found=found, stated=digest, cure=cure
                ),
            )
    for name in sorted(files.keys() - manifest.keys() - {MANIFEST}):
        yield Problem(name, Message("is not in the manifest; take it out, or {cure}", cure=cure))
