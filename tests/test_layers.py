"""The import rule: only downwards, and what is heavy only where it is needed."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import hubmodel

PACKAGE = Path(hubmodel.__file__).parent
# From the ground up: a room may use those that stand before it. `hubmodel` is what `import hubmodel` offers.
ROOMS = (
    "errors",
    "version",
    "engine",
    "text",
    "lines",
    "case",
    "study",
    "uncertainty",
    "pricing",
    "portfolio",
    "output",
    "hubmodel",
    "dashboard",
    "cli",
    "__main__",
)
LISTED = " → ".join(f"`{room}`" for room in ROOMS if room not in ("version", "hubmodel", "__main__"))
PLACE = {room: at for at, room in enumerate(ROOMS)}
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"pandas", "scipy", "matplotlib", "plotly", "ipecharts", "ipywidgets", "numpy_financial", "xlsxwriter"}
HEAVY |= {"openpyxl", "voila", "dask", "typer", "babel", "tqdm", "IPython", "jupyter_client", "nbformat"}
HEAVY |= {"llvmlite", "numba", "typst"}


def part_of(path):
    """The part that a file belongs to: its module, or its folder."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    return "hubmodel" if inside == ("__init__",) else inside[0]


def imported(path, everywhere=True):
    """Which modules a file imports, in dots; `everywhere` counts those inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree)) if everywhere else at_the_top(tree)
    out = []
    for node in nodes:
        if isinstance(node, ast.Import):
            out += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by dots; name the module in full"
            out += [f"{node.module}.{one.name}" for one in node.names]
    return out


def at_the_top(tree):
    """Statements that run when a module is imported: no functions, no blocks for the type checker."""
    out, waiting = [], list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        out.append(node)
        waiting += ast.iter_child_nodes(node)
    return out


def parts_imported(path):
    for name in imported(path):
        head, _, rest = name.partition(".")
        if head == "hubmodel":
            first = rest.split(".")[0]
            yield first if first in PLACE else "hubmodel"


def test_every_part_has_its_place():
    assert {part_of(path) for path in MODULES} - PLACE.keys() == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards_only(path):
    own = part_of(path)
    assert {name for name in parts_imported(path) if PLACE[name] > PLACE[own]} == set()


def dotted(path):
    """The name of a module, in dots."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_no_modules_import_one_another_in_a_circle():
    names = {dotted(path) for path in MODULES}
    graph = {}
    for path in MODULES:
        found = {name if name in names else name.rpartition(".")[0] for name in imported(path)}
        graph[dotted(path)] = (found & names) - {dotted(path)}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(names)  # a circle is a CycleError


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_private_is_imported(path):
    parts = (name.split(".") for name in imported(path) if name.startswith("hubmodel."))
    assert [name for name in parts if any(one.startswith("_") and not one.startswith("__") for one in name)] == []


def test_the_readme_has_the_rooms_in_their_order():
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    assert LISTED in readme


@pytest.mark.parametrize("path", sorted((PACKAGE / "lines").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_line_items_know_words_and_units_only(path):
    assert {name.rpartition(".")[0] for name in imported(path)} <= {"hubmodel.engine.units", "hubmodel.engine.words"}


LIGHT = [path for path in MODULES if part_of(path) not in ("dashboard", "cli")]  # a process asks for these two


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_heavy_is_imported_where_it_is_used(path):
    heavy = {name for name in imported(path, everywhere=False) if name.split(".")[0] in HEAVY}
    assert heavy == set()


# Ways in which a visitor's doing starts something, and the module whose net is under it.
STARTS = {"observe": "net", "on_click": "net", "on_msg": "net", "on_submit": "net"}
STARTS |= dict.fromkeys(("create_task", "ensure_future", "call_soon", "run_in_executor", "Thread"), "state")
OUTSIDE = {"worker"}  # a process of its own


def test_whatever_runs_for_a_visitor_has_the_net_under_it():
    found = set()
    for path in (path for path in MODULES if part_of(path) == "dashboard" and path.stem not in OUTSIDE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name in STARTS and STARTS[name] != path.stem:
                found.add(f"{path.name}: {ast.unparse(node)}")
    assert found == set()


def test_only_the_readers_read_files_of_a_case():
    readers, own = {"case", "text", "output", "dashboard"}, {"cache.py"}  # the latter reads object code of ours
    found = set()
    for path in (path for path in MODULES if path.name not in own):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name in ("read_text", "read_bytes", "open", "loads", "read_csv") and part_of(path) not in readers:
                found.add(f"{path.name}: {ast.unparse(node)}")
    assert found == set()


def run_python(source, tmp_path):
    command = [sys.executable, "-c", source]
    return subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(PACKAGE.parent)}, capture_output=True, text=True, timeout=60
    )


def test_importing_hubmodel_pulls_nothing_heavy(tmp_path):
    done = run_python(f"import sys, hubmodel; print(*({HEAVY!r} & sys.modules.keys()))", tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_running_a_case_needs_no_pandas(tmp_path):
    source = "import sys, hubmodel as hm; hm.run(hm.load()); print('pandas' in sys.modules)"
    assert run_python(source, tmp_path).stdout == "False\n"
