"""The built reference: every line and input has its place, every link leads somewhere, nothing comes from outside."""

import csv
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import hubmodel as hm
from hubmodel.case.facility import CHECKS, PACKAGE, model_of
from hubmodel.study.figures import COUNTED
from hubmodel.text.language import label

DOCS = Path(__file__).parents[1] / "docs"
MODULES = tuple(path.stem for path in sorted((PACKAGE / "lines").glob("[a-z]*.py")))
MODEL = model_of(tuple(module for module in MODULES if module != CHECKS))  # every model has the checks
NORTHX = hm.load("northx")
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
FOREIGN = re.compile(r"(https?:)?//")
with (DOCS / "glossary.csv").open(encoding="utf-8", newline="") as file:
    TERMS = list(csv.DictReader(file))


class Page(HTMLParser):
    """A built page: its links, what it loads, and its anchors with the text of the section that each leads to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids = [], [], {}
        self.sections, self.open = [[]], [0]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "section":
            self.open.append(len(self.sections))
            self.sections.append([])
        if "id" in given:
            self.ids[given["id"]] = self.sections[self.open[-1]]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if LOADS.get(tag) in given:
            self.loads.append(given[LOADS[tag]])

    def handle_endtag(self, tag):
        if tag == "section":
            self.open.pop()

    def handle_data(self, data):
        self.sections[self.open[-1]].append(data)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    shutil.copytree(DOCS, folder / "docs", ignore=shutil.ignore_patterns("_build", "reference", "__pycache__"))
    call = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", folder / "docs", folder / "html"]
    done = subprocess.run(call, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.fixture(scope="module")
def pages(built):
    return {path: Page(path.read_text(encoding="utf-8")) for path in built.rglob("*.html")}


def anchor(name):
    return name.lower().replace("_", "-")


def section(pages, page, name):
    """The text of a section, its spaces alike."""
    (found,) = (one for path, one in pages.items() if path.name == page)
    return " ".join("".join(found.ids[anchor(name)]).split())


@pytest.mark.slow
class TestBuilt:
    def test_every_line_has_its_section_with_what_it_is(self, pages):
        for name, module in MODEL.module.items():
            said = section(pages, f"{module}-lines.html", name)
            doc = " ".join((MODEL.lines[name].__doc__ or "").split())
            assert doc.replace("'", "’") in said.replace("'", "’"), name
            assert f"Name: {name}" in said
            assert f"Unit: {MODEL.shown_in[name]}" in said
            for one in (*MODEL.ingredients[name], *MODEL.users[name]):
                assert label(one) in said, (name, one)

    def test_every_input_has_its_anchor_on_a_page_of_inputs(self, pages):
        known = set().union(*(one.ids for path, one in pages.items() if path.name.endswith("-inputs.html")))
        assert [name for name in MODEL.inputs | NORTHX.by_key.keys() if anchor(name) not in known] == []

    def test_every_row_of_the_reference_case_has_grade_and_note(self, pages):
        for row in NORTHX.rows:
            file = Path(row.where.partition(" line ")[0]).stem
            said = section(pages, f"{file}-inputs.html", row.key)
            assert row.grade in said
            words = re.findall(r"\w+", row.note)
            assert words == [] or " ".join(words) in " ".join(re.findall(r"\w+", said)), row.name

    def test_a_formula_is_that_of_the_function(self, pages):
        # min(price_ceiling, max(price_at_margin, fee_for_service_price_per_batch)), in words
        said = section(pages, "pricing-lines.html", "commercial_price_per_batch")
        assert "= minimum(price ceiling; maximum(price at margin; fee for service price per batch))" in said
        assert "Swedish: Kommersiellt pris per batch" in said
        assert "Runs over: each platform" in said

    def test_an_input_says_value_range_source_and_quote(self, pages):
        said = section(pages, "capital-inputs.html", "asset_cost")
        fact = hm.run(NORTHX, solved=False).explain("asset_cost", row="Stockholm unit").sources[0]
        assert f"“{fact.quote}”".replace("'", "’") in said
        assert f"section {fact.section}" in said

    def test_every_link_leads_to_a_page_and_a_place_on_it(self, built, pages):
        lost = []
        for path, page in pages.items():
            for link in page.links:
                target, place = urldefrag(link)
                if FOREIGN.match(link) or target.startswith("mailto:"):
                    continue
                other = (path.parent / unquote(target)).resolve() if target else path
                there = pages[other].ids if other in pages else set()
                if not other.exists() or (place and unquote(place) not in there):
                    lost.append((path.name, link))
        assert lost == []

    def test_nothing_is_loaded_from_elsewhere(self, built, pages):
        assert [(path.name, one) for path, page in pages.items() for one in page.loads if FOREIGN.match(one)] == []
        styles = {path.name: path.read_text(encoding="utf-8") for path in built.rglob("*.css")}
        asked = r"""(?:url\(|@import\s)\s*["']?(?:https?:)?//"""
        assert [name for name, text in styles.items() if re.search(asked, text)] == []


def test_make_takes_every_warning_for_an_error():
    # --old-file: the environment counts as ready, so that only the command itself is shown
    make = [
        "make",
        "--no-print-directory",
        "--dry-run",
        "--old-file=.venv/.ready",
        "--old-file=.venv/.ready-dev",
        "docs",
    ]
    told = subprocess.run(make, cwd=DOCS.parent, capture_output=True, text=True, check=True).stdout
    assert re.search(r"sphinx-build .*-W .*docs docs/_build/html$", told, re.MULTILINE)


def test_every_term_is_explained_in_both_languages_and_nowhere_else():
    for term in TERMS:
        assert term["definition_sv"], term
        assert bool(term["name"]) != bool(term["en"] and term["sv"]), term
        assert bool(term["definition"]) != (term["name"] in MODEL.lines), term


def test_a_term_with_a_name_is_known_to_the_model():
    known = MODEL.lines.keys() | NORTHX.by_key.keys() | hm.run(NORTHX).key_figures.keys()
    named = {term["name"] for term in TERMS if term["name"]}
    assert named - known == set()
    assert COUNTED.keys() - named == set()
