"""Quotes: each stands in its own document, white space folded; those that do not are named."""

import pytest

import hubmodel as hm
from hubmodel.case.documents import contradictions, documented, source_titles
from hubmodel.case.sources import fold, verify_quotes
from hubmodel.errors import InputError

CASE = hm.load("northx")
FACTS = [*documented(CASE.folder).values(), *contradictions(CASE.folder)]
DOCUMENTS = sorted({fact["document"] for fact in FACTS})


@pytest.fixture
def texts(tmp_path):
    """Write documents with their phrases and quotes, under arbitrary names."""
    for at, name in enumerate(DOCUMENTS):
        quotes = [fact["quote"] for fact in FACTS if fact["document"] == name]
        content = "\n\nmeanwhile\n".join([source_titles()[name]["phrase"], *quotes])
        (tmp_path / f"{at}.txt").write_text(content, encoding="utf-8")
    return tmp_path


def test_every_quote_stands_in_its_document(texts):
    found = verify_quotes(CASE, texts)
    assert (found.missing, found.quotes) == ((), len(FACTS))
    assert sorted(found.documents) == DOCUMENTS


def test_white_space_is_folded(texts):
    for path in texts.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(" ", " \n\t "), encoding="utf-8")
    assert verify_quotes(CASE, texts).missing == ()


def test_a_quote_that_was_changed_is_named(texts):
    for path in texts.iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Stockholm 38,0", "Stockholm 39,0"), encoding="utf-8")
    missing = verify_quotes(CASE, texts).missing
    assert missing[0] == ("D003", "“Stockholm 38,0” does not stand in vinnova-2023-final-report")
    assert {place for place, _ in missing} == {fact["id"] for fact in FACTS if "Stockholm 38,0" in fact["quote"]}


def test_a_quote_in_another_document_does_not_count(texts):
    name = DOCUMENTS[0]
    (own,) = (path for path in texts.iterdir() if fold(source_titles()[name]["phrase"]) in fold(path.read_text()))
    other = next(path for path in texts.iterdir() if path != own)
    other.write_text(other.read_text() + own.read_text().replace(source_titles()[name]["phrase"], ""), encoding="utf-8")
    own.write_text(source_titles()[name]["phrase"], encoding="utf-8")
    missing = {place for place, _ in verify_quotes(CASE, texts).missing}
    assert missing == {fact["id"] for fact in FACTS if fact["document"] == name}


def test_a_document_that_is_not_recognised_is_named(texts):
    name = DOCUMENTS[-1]
    for path in texts.iterdir():
        if fold(source_titles()[name]["phrase"]) in fold(path.read_text(encoding="utf-8")):
            path.unlink()
    found = verify_quotes(CASE, texts)
    assert name not in found.documents
    assert {why for _, why in found.missing} == {f"no text in the folder is recognised as {name}"}


def test_what_is_no_text_does_no_harm(texts):
    (texts / "picture.bin").write_bytes(bytes(range(256)))
    (texts / "folder").mkdir()
    assert verify_quotes(CASE, texts).missing == ()


def test_no_folder_and_no_texts(tmp_path):
    with pytest.raises(InputError, match="nowhere: is no folder; name the one that holds the documents' texts"):
        verify_quotes(CASE, tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no texts; put the documents' texts there"):
        verify_quotes(CASE, tmp_path)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_a_quote_is_short_and_its_document_listed(fact):
    assert 1 <= len(fact["quote"].split()) <= 12
    assert source_titles()[fact["document"]]["phrase"]
    assert fact["section"]
