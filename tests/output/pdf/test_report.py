"""A result as a file: the page for each scenario and language, and refusals."""

import functools
import sys

import pytest

import hubmodel as hm
from hubmodel.errors import InputError, UnknownName
from hubmodel.output import pdf as report


@pytest.fixture
def quick(monkeypatch):
    """Make few draws, so that a test takes no longer than its page."""
    monkeypatch.setattr(report, "draw", functools.partial(hm.simulate, draws=64))


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("which", ["study", "without"])
def test_a_result_is_one_page(which, language, request):
    study = request.getfixturevalue(which)
    pdf = report.pdf(study, hm.simulate(study.case, draws=64), language)
    assert b"/Type/Pages/Count 1/" in pdf
    assert f"/Lang({language})".encode() in pdf


def test_many_changes_are_one_page(study):
    members = study.case.lists["platform"]
    case = study.case.with_(
        {f"enquiries_per_year[{member}]": 9 for member in members}, scenario="a name without end " * 20
    )
    changed = hm.run(case.with_({"view": "today", "period": "year"}), solved=False)
    assert b"/Type/Pages/Count 1/" in report.pdf(changed, hm.simulate(changed.case, draws=64), "sv")


def test_draws_of_another_case_are_refused(without, simulation):
    with pytest.raises(InputError, match=r"^the draws are of inputs \w{12}, the result of \w{12}; draw that case$"):
        report.pdf(without, simulation)


def test_the_file_is_what_pdf_gives(study, simulation, quick, tmp_path):
    found = hm.write_report(study, tmp_path / "board.pdf", language="sv")
    assert (tmp_path / "board.pdf").read_bytes() == report.pdf(study, simulation, "sv")
    assert found.count == 64
    assert [file.name for file in tmp_path.iterdir()] == ["board.pdf"]


def test_another_suffix_is_refused(study, tmp_path):
    with pytest.raises(InputError, match=r"^board\.txt: a report's name ends with \.pdf; write board\.pdf$"):
        hm.write_report(study, tmp_path / "board.txt")


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_drawn(study, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "draw", lambda *_, **__: pytest.fail("drew first"))
    for place in (tmp_path / "none" / "board.pdf", tmp_path / "file" / "board.pdf"):
        (tmp_path / "file").touch()
        with pytest.raises(InputError, match=r"pdf: cannot be written: there is no folder .*; choose another place$"):
            hm.write_report(study, place)


def test_what_fails_leaves_nothing_behind(study, quick, tmp_path):
    (tmp_path / "board.pdf").write_bytes(b"the old one")
    with pytest.raises(UnknownName, match="no language 'de'"):
        hm.write_report(study, tmp_path / "board.pdf", language="de")
    assert [file.name for file in tmp_path.iterdir()] == ["board.pdf"]
    assert (tmp_path / "board.pdf").read_bytes() == b"the old one"


def test_without_matplotlib_it_says_what_to_install(study, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"needs the package matplotlib, .*; install hubmodel\[report\]$"):
        hm.write_report(study, tmp_path / "board.pdf")
