"""What the tests of the workbook share: LibreOffice as a second engine, and a workbook's cells as plain data."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

CI = os.environ.get("CI", "").lower() == "true"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>"""


def recalculated(path: Path, folder: Path) -> Path:
    """Let LibreOffice open a workbook, recalculate every cell and save it elsewhere."""
    return all_recalculated([path], folder)[0]


def all_recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """Recalculate several workbooks in one go."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        message = "no LibreOffice was found; install Debian's libreoffice-calc to compare the workbook with it"
        pytest.fail(message) if CI else pytest.skip(message)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "recalculated"
    command = [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, paths)], capture_output=True, text=True, timeout=600
    )
    assert [path for path in paths if not (out / path.name).is_file()] == [], done.stderr[-2000:]
    return [out / path.name for path in paths]


def values(path: Path, only: str = "") -> dict[tuple[str, str], float | str]:
    """Return every cell's value by (sheet, cell), of one sheet if named: numbers, texts, and errors as codes."""
    out: dict[tuple[str, str], float | str] = {}
    with zipfile.ZipFile(path) as book:
        texts = shared_texts(book)
        for name, part in sheet_parts(book).items():
            for cell in cells(book, part) if only in ("", name) else ():
                kind, value = cell.get("t", "n"), cell.find(f"{MAIN}v")
                if value is None or value.text is None:
                    continue
                shown = texts[int(value.text)] if kind == "s" else value.text
                out[name, cell.get("r", "")] = float(shown) if kind in ("n", "b") else shown
    return out


def cells(book: zipfile.ZipFile, part: str):
    """Give the cells of a part."""
    with book.open(part) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag == f"{MAIN}row":
                yield from element
                element.clear()


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet by its name."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target") for one in relations}
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).find(f"{MAIN}sheets")
    return {one.get("name"): f"xl/{targets[one.get(link)].removeprefix('/xl/')}" for one in sheets}


def shared_texts(book: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells point to."""
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in root]


def edited(path: Path, to: Path, changes: dict[str, float | str | None], sheet: str = "Inputs") -> Path:
    """Write a workbook with other values in some cells of a sheet, as a person would who types them; None empties."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
        part = sheet_parts(book)[sheet]
        for name in book.namelist():
            data = book.read(name)
            if name == part:
                root = ElementTree.fromstring(data)
                found = {cell.get("r"): cell for cell in root.iter(f"{MAIN}c")}
                for at, value in changes.items():
                    _set(found[at], value)
                data = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
            out.writestr(name, data)
    return to


def _set(cell: ElementTree.Element, value: float | str | None) -> None:
    for part in list(cell):
        cell.remove(part)
    if value is None:
        cell.attrib.pop("t", None)
        return
    if isinstance(value, str):
        cell.set("t", "str")
    elif "t" in cell.attrib:
        del cell.attrib["t"]
    ElementTree.SubElement(cell, f"{MAIN}v").text = repr(value) if isinstance(value, float) else str(value)
