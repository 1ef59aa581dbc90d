"""The PDF itself: one page, tagged, in its language, with the same bytes every time, whatever its texts."""

import re
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import pytest

from hubmodel.errors import InputError
from hubmodel.output.pdf.board import board
from hubmodel.output.pdf.typeset import typeset
from hubmodel.version import __version__

HOSTILE = '# $x$ [a] #sys.version *b* _c_ <l> @r \\ ` / // = #import "x": * ${7} %s {{}}'
TITLES = {"markup": HOSTILE, "one long word": "W" * 200, "many words": "en hubb för vaccin " * 60, "blank": " "}


@pytest.fixture(scope="module")
def given(study, simulation):
    return board(study, simulation, "en")


def title_of(pdf):
    """Return the title in the document's metadata."""
    (metadata,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", pdf, re.DOTALL)
    title = ElementTree.fromstring(metadata).find(".//{http://purl.org/dc/elements/1.1/}title")
    return "".join(title.itertext())


def pages(pdf):
    return int(re.search(rb"/Type/Pages/Count (\d+)", pdf)[1])


def test_it_is_one_tagged_page_in_its_language(given):
    pdf = typeset("board", *given)
    assert pages(pdf) == 1
    assert b"/MediaBox[0 0 595.2756 841.8898]" in pdf  # A4: 210 x 297 mm
    for part in (b"/Lang(en)", b"/MarkInfo<</Marked true", b"<pdfuaid:part>1</pdfuaid:part>", b"/DisplayDocTitle true"):
        assert part in pdf
    # a heading of the page, five of its parts; two pictures, three tables with their heads
    for tag, count in {b"H1": 1, b"H2": 5, b"Figure": 2, b"Table": 3, b"THead": 3}.items():
        assert len(re.findall(rb"/S/" + tag + rb"\b", pdf)) == count, tag
    assert len(re.findall(rb"/S/Figure.*?/Alt", pdf)) == 2
    assert len(re.findall(rb"/S/TH\b", pdf)) == pdf.count(b"/Scope/Column") == 2 + 2 + 4


def test_it_says_title_version_and_hash_and_no_date(given, study):
    pdf = typeset("board", *given)
    assert title_of(pdf) == study.case.title
    assert f"<pdf:Keywords>hubmodel {__version__}, {study.case.inputs_hash}</pdf:Keywords>".encode() in pdf
    assert not re.search(rb"CreationDate|ModDate|CreateDate", pdf)
    assert tempfile.gettempdir().encode() not in pdf


def test_the_same_inputs_give_the_same_bytes(given):
    assert typeset("board", *given) == typeset("board", *given)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_text_is_shown_as_it_stands(given, title):
    data, files = given
    pdf = typeset("board", {**data, "title": title, "summary": title}, files)
    assert title_of(pdf) == title
    assert pages(pdf) == 1


def test_text_without_end_stays_on_the_page(given):
    data, files = given
    longest = {"summary": "ord " * 5000, "answer": ["ord " * 5000] * 3}
    assert pages(typeset("board", data | longest, files)) == 1


@pytest.mark.parametrize(
    ("sign", "problem"), [("\x00", r"u\{0\}"), ("\ufeff", "disallowed codepoint"), ("\ud800", "JSON")]
)
def test_a_character_that_no_font_has_is_named(given, sign, problem):
    data, files = given
    with pytest.raises(
        InputError, match=rf"^board: cannot be set as a PDF: .*{problem}.*; change that text or picture$"
    ):
        typeset("board", {**data, "title": f"a {sign} b"}, files)


def test_without_typst_it_says_what_to_install(given, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError, match=r"^a PDF needs the package typst, .*; install hubmodel\[report\]$"):
        typeset("board", *given)
