"""The notebooks stay thin, ask first, answer next, and show what they ran: nbval compares their outputs."""

import ast
import json
import re
from pathlib import Path
from statistics import median

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = ("00_tour", "01_what_the_documents_say", "02_capacity", "03_cost", "04_pricing", "05_business_case",
         "06_funding_and_impact", "07_conventions_and_published_cases", "08_how_sure",
         "09_compared_with_others")  # fmt: skip
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
SECTIONS = ("Load and run", "Where the", "What drives it", "One number by hand", "What we do not know",
            "Change it yourself", "The figures in short")  # fmt: skip
CHECKED = "# NBVAL_CHECK_OUTPUT"
MOST_LINES = 12


@pytest.fixture(params=NAMES)
def book(request):
    return json.loads((FOLDER / f"{request.param}.ipynb").read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def code(book):
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def printed(cell):
    return "".join("".join(one["text"]) for one in cell["outputs"] if one["output_type"] == "stream")


def kinds(cell):
    return {kind for one in cell["outputs"] for kind in one.get("data", {})}


def test_the_notebooks_are_those_of_the_report():
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NAMES


def test_cells_hold_no_logic(book):
    found = [type(node).__name__ for cell in code(book) for node in ast.walk(ast.parse(source(cell)))
             if isinstance(node, LOGIC)]  # fmt: skip
    assert found == []


def test_cells_are_short(book):
    sizes = [len([line for line in source(cell).splitlines() if line.strip()]) for cell in code(book)]
    assert max(sizes) <= MOST_LINES
    assert median(sizes) <= 4


def test_the_title_is_a_question_and_the_answer_comes_next(book):
    first, parameters, answer = book["cells"][:3]
    title, _, words = source(first).partition("\n")
    assert re.fullmatch(r"# .*\?", title)
    assert words.strip().startswith("**In words.**")
    assert "parameters" in parameters["metadata"]["tags"]
    assert answer["cell_type"] == "code"
    assert "text/markdown" in kinds(answer)


def test_numbers_in_the_answer_come_from_a_cell(book):
    assert re.findall(r"\d", source(book["cells"][0])) == []


def test_sections_stand_in_order(book):
    text = "\n".join(source(cell) for cell in book["cells"] if cell["cell_type"] == "markdown")
    places = [text.find(f"\n## {section}") if section != "Load and run" else text.find("## Load and run")
              for section in SECTIONS]  # fmt: skip
    assert -1 not in places
    assert places == sorted(places)


def test_loading_takes_four_lines_and_prints_the_master_check(book):
    loading = next(cell for cell in code(book) if "frames.master_check(result)" in source(cell))
    at = [line for line in source(loading).splitlines() if re.match(r"case|result|print", line)]
    assert len(at) == 4
    assert re.search(r"Master check: all \d+ identities hold", printed(loading))


def test_one_cell_holds_the_parameters_and_it_alone_names_the_case(book):
    tagged = [cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert all(isinstance(node, ast.Assign) for node in ast.parse(source(tagged[0])).body)
    assert 'name = "northx"\n' in source(tagged[0]) + "\n"
    assert [source(cell) for cell in code(book) if "northx" in source(cell) and cell not in tagged] == []


def test_every_cell_was_run_in_order_without_error(book):
    assert [cell["execution_count"] for cell in code(book)] == list(range(1, len(code(book)) + 1))
    assert [one for cell in code(book) for one in cell["outputs"] if one["output_type"] == "error"] == []
    assert [one["name"] for cell in code(book) for one in cell["outputs"] if one.get("name") == "stderr"] == []


def test_the_number_by_hand_is_the_models(book):
    after = next(at for at, cell in enumerate(book["cells"]) if "## One number by hand" in source(cell))
    hand = next(cell for cell in book["cells"][after:] if source(cell).startswith(CHECKED))
    lines = [line for line in printed(hand).splitlines() if "hand" in line or "model" in line]
    numbers = [re.findall(r"\d+\.\d+", line) for line in lines]
    if "by hand:" in lines[0]:
        by_hand, model, *rest = numbers
        assert by_hand == model
        numbers = rest
    for pair in numbers:
        assert pair[-1] == pair[-2]


def test_the_last_cell_prints_a_small_checked_table(book):
    last = book["cells"][-1]
    assert source(last).startswith(CHECKED)
    assert 4 <= len(printed(last).splitlines()) <= 12
    assert not re.search(r"\d\.\d{4}", printed(last))


def test_pictures_are_never_compared(book):
    pictures = [cell for cell in code(book) if "image/svg+xml" in kinds(cell)]
    assert [source(cell) for cell in pictures if CHECKED in source(cell)] == []


def test_nothing_names_a_machine_or_a_time(book):
    assert re.findall(r"/(?:work|home|tmp|root|Users)/|[A-Z]:\\\\\w|0x[0-9a-f]{8,}", json.dumps(book)) == []
    assert {key for cell in book["cells"] for key in cell["metadata"]} <= {"tags"}
    assert book["metadata"]["kernelspec"]["name"] == "python3"


def test_pictures_are_vector_graphics():
    books = [json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")) for name in NAMES]
    found = [{kind for cell in code(book) for kind in kinds(cell)} for book in books]
    assert all("image/png" not in one for one in found)
    assert sum("image/svg+xml" in one for one in found) == len(NAMES) - 1  # 01 is all tables


def test_the_business_case_is_valued_with_another_program():
    book = json.loads((FOLDER / "05_business_case.ipynb").read_text(encoding="utf-8"))
    assert any("npf.npv(" in source(cell) for cell in code(book))
