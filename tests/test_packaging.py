"""The locks, environment.yml and the wheel: what a person gets who has nothing yet."""

import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hubmodel
from tests.conftest import LONGEST

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DASHBOARD = ("dashboard", "report", "fast", "checkout")  # the extras of make dashboard; make test has all
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt")}
BIN = "Scripts" if os.name == "nt" else "bin"

each_lock = pytest.mark.parametrize("name", LOCKS)


def entries(name: str) -> list[str]:
    """Return the entries of a lock: a package each, its hashes included."""
    return re.findall(r"^\w.*(?:\n +.*)*", LOCKS[name], re.M)


@functools.cache
def locked(name: str) -> dict[str, str]:
    """Return name and exact version of every package in a lock."""
    pins = (Requirement(entry.splitlines()[0].rstrip(" \\")) for entry in entries(name))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def ranges(extras: Iterable[str] = PROJECT["optional-dependencies"]) -> list[Requirement]:
    """Return every requirement of pyproject.toml, those of some extras included."""
    groups = (PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras))
    return [Requirement(text) for group in groups for text in group]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from this checkout's environment; its output, or the test fails with it."""
    ours = (
        "VIRTUAL_ENV",
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONDONTWRITEBYTECODE",
        "JUPYTER_PATH",
        "MAKEFLAGS",
        "MAKELEVEL",
    )
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {"NO_COLOR": "1"}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


UV = (sys.executable, "-m", "uv", "--no-config", "--quiet") if importlib.util.find_spec("uv") else None  # faster


def fresh_environment(folder: Path) -> Path:
    """Make an empty environment; the folder of its commands."""
    make = (*UV, "venv", "--python", sys.executable) if UV else (sys.executable, "-m", "venv")
    run(*make, folder, cwd=folder.parent)
    return folder / BIN


def install(commands: Path, *what: str | Path, cwd: Path) -> None:
    """Install into an environment, and see that nothing in it misses another."""
    python = commands / "python"
    pip = (*UV, "pip", "{}", "--python", python) if UV else (python, "-m", "pip", "{}", "--quiet")
    for verb, rest in (("install", what), ("check", ())):
        run(*(verb if part == "{}" else part for part in pip), *rest, cwd=cwd)


@pytest.mark.parametrize("requirement", ranges(), ids=str)
def test_the_lock_holds_a_version_within_each_range(requirement: Requirement) -> None:
    pins = locked("requirements-dev.txt")
    name = canonicalize_name(requirement.name)
    assert name in pins, f"{name} is in pyproject.toml but not in requirements-dev.txt: run make lock"
    assert requirement.specifier.contains(pins[name]), f"{name} {pins[name]} is outside {requirement}: run make lock"


@pytest.mark.parametrize("requirement", ranges(), ids=str)
def test_each_range_has_both_ends(requirement: Requirement) -> None:
    assert sorted(one.operator for one in requirement.specifier) == ["<", ">="]


def test_the_dashboards_lock_holds_what_its_extras_name() -> None:
    assert {canonicalize_name(one.name) for one in ranges(DASHBOARD)} - locked("requirements.txt").keys() == set()
    compiled = re.search(r"^RUNS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert compiled is not None
    assert compiled[1].split() == [part for extra in DASHBOARD for part in ("--extra", extra)]


def test_the_dashboards_lock_leaves_out_what_only_tests_notebooks_and_clusters_need() -> None:
    wanted = {canonicalize_name(one.name) for one in ranges(DASHBOARD)}
    others = {canonicalize_name(one.name) for one in ranges(("dev", "docs", "cluster"))} - wanted
    through = {"packaging", "pyyaml"}  # what the dashboard's own packages need
    assert others & locked("requirements.txt").keys() == through
    assert "jupyterlab" not in locked("requirements.txt")


def test_both_locks_agree() -> None:
    def hashes(name: str) -> dict[str, tuple[str, ...]]:
        return {re.split(r"[ =]", entry)[0]: tuple(re.findall(r"sha256:\w+", entry)) for entry in entries(name)}

    few, all_of_them = locked("requirements.txt"), locked("requirements-dev.txt")
    assert few.items() - all_of_them.items() == set(), "run make lock"
    assert hashes("requirements.txt").items() - hashes("requirements-dev.txt").items() == set()


@each_lock
def test_a_lock_is_exact_and_hashed(name: str) -> None:
    loose = [one for one in entries(name) if not re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:", one, re.S)]
    assert loose == []


@each_lock
def test_a_lock_names_no_index_no_address_and_no_folder(name: str) -> None:
    assert re.findall(r"^.*(?:://|index|find-links|@|file:| /).*$", LOCKS[name], re.M) == []


def test_what_is_checked_before_a_commit_is_checked_with_the_locked_versions() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    named = {Requirement(text) for hook in hooks for text in hook["additional_dependencies"]}
    pins = locked("requirements-dev.txt")
    assert {one.name: str(one.specifier) for one in named if one.name != "pre-commit-hooks"} == {
        name: f"=={pins[name]}" for name in ("ruff", "codespell")
    }


def test_the_longest_files_begin_first(tmp_path: Path) -> None:
    # pytest-xdist alone would begin with the file of the most tests
    names = [name for name in LONGEST if name != "browser"]
    assert [name for name in names if not (ROOT / name).exists()] == []
    folder = tmp_path / "tests"
    for name, count in (("tests/test_short.py", 5), (names[-1], 2), (names[0], 1), ("tests/browser/test_page.py", 1)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"def test_{at}(): pass\n" for at in range(count)), encoding="utf-8")
    (folder / "conftest.py").write_bytes((ROOT / "tests" / "conftest.py").read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = (sys.executable, "-m", "pytest", "-v", "-n", "1", "-p", "no:cacheprovider", "tests")
    began = re.findall(r"PASSED (\S+?)::", run(*command, cwd=tmp_path))
    assert list(dict.fromkeys(began)) == ["tests/browser/test_page.py", names[0], names[-1], "tests/test_short.py"]


def test_make_hands_its_variables_to_the_command() -> None:
    # --old-file: the environment counts as ready, so that only the command itself is shown
    make = ("make", "--no-print-directory", "--dry-run", "--old-file=.venv/.ready")
    told = run(*make, "dashboard", "PORT=8901", "OPEN=no", "PAGE=pricing_desk", cwd=ROOT)
    assert told == ".venv/bin/hubmodel dashboard  --port 8901 --page pricing_desk --no-open\n"
    options = run(sys.executable, "-m", "hubmodel.cli", "dashboard", "--help", cwd=ROOT)
    assert [option for option in ("--port", "--page", "--no-open") if option not in options] == []


READY = ("--old-file=.venv/.ready", "--old-file=.venv/.ready-dev")


@pytest.mark.parametrize(
    ("file", "through"),
    [
        ("tests/test_units.py", ""),
        ("notebooks/03_cost.ipynb", "-p nbval --nbval-lax --nbval-current-env --ignore=notebooks/dashboards "),
    ],
)
def test_make_runs_one_file_alone(file: str, through: str) -> None:
    asked = run("make", "--no-print-directory", "--dry-run", *READY, "test", f"FILE={file}", cwd=ROOT)
    assert re.sub(" +", " ", asked) == f".venv/bin/python -m pytest --doctest-modules {through}{file}\n"


def test_make_quick_names_files_that_are_there() -> None:
    asked = run("make", "--no-print-directory", "--dry-run", *READY, "quick", cwd=ROOT)
    named = re.findall(r" ((?:tests|hubmodel)\S*)", asked)
    assert len(named) == 11  # hubmodel, three folders and seven files
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_make_compiles_at_set_up_can_be_imported() -> None:
    shown = run("make", "--no-print-directory", "--dry-run", "--always-make", ".venv/.ready", cwd=ROOT)
    run(sys.executable, "-c", re.findall(r"python -c '(import [^']+)'", shown)[-1], cwd=ROOT)


def test_the_citation_names_what_is_cited_and_its_version() -> None:
    # Citation File Format 1.2.0: cff-version, message, title and authors are required; type is software or dataset
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert said["cff-version"] == "1.2.0"
    assert all(said[name].strip() for name in ("message", "title"))
    assert [set(one) & {"name", "family-names", "given-names"} for one in said["authors"]] == [{"name"}]
    assert said["type"] == "software"
    assert (said["version"], said["license"]) == (hubmodel.__version__, PROJECT["license"])
    known = {"cff-version", "message", "title", "version", "license", "type", "authors", "keywords", "abstract"}
    assert said.keys() <= known | {"date-released", "doi", "identifiers", "references", "repository-code", "url"}
    assert len(set(said["keywords"])) == len(said["keywords"])


def conda() -> dict[str, Any]:
    """environment.yml as conda reads it."""
    environment: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return environment


def test_the_conda_environment_asks_for_the_same_python() -> None:
    assert conda()["channels"] == ["conda-forge"]
    assert f"python{PROJECT['requires-python']}" in conda()["dependencies"]


@pytest.mark.slow
def test_the_conda_environments_pip_part_installs(tmp_path: Path) -> None:
    (part,) = [entry["pip"] for entry in conda()["dependencies"] if isinstance(entry, dict)]
    (tmp_path / "pip.txt").write_text("\n".join(part), encoding="utf-8")
    commands = fresh_environment(tmp_path / "fresh")
    install(commands, "-r", tmp_path / "pip.txt", cwd=ROOT)  # conda, too, runs pip in the folder of environment.yml
    run(commands / "voila", "--version", cwd=tmp_path)
    assert run(commands / "hubmodel", "check", "northx", cwd=tmp_path) != ""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an empty environment with the wheel, built from the source distribution, and no extras."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    commands = fresh_environment(folder / "empty")
    install(commands, wheel, cwd=folder)
    return commands


@pytest.mark.slow
def test_an_installed_hubmodel_runs_northx_elsewhere(installed: Path, tmp_path: Path) -> None:
    there = json.loads(run(installed / "hubmodel", "run", "northx", "--format", "json", cwd=tmp_path))
    here = json.loads(run(sys.executable, "-m", "hubmodel.cli", "run", "northx", "--format", "json", cwd=ROOT))
    # without the extra fast NumPy draws, whose last digits differ from those of compiled lines
    there_median, here_median = (found["verdict"]["odds"].pop("median") for found in (there, here))
    assert there_median == pytest.approx(here_median, rel=1e-12)
    assert there == here
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_wheel_carries_data_page_and_template(installed: Path) -> None:
    package = package_of(installed)
    for theirs, ours in {
        package / "_data": ROOT / "data",
        package / "dashboard" / "notebooks": ROOT / "notebooks" / "dashboards",
        installed.parent / "share" / "jupyter" / "voila": ROOT / "hubmodel" / "dashboard" / "voila",
    }.items():
        assert files(theirs) == files(ours)
    assert (package / "py.typed").read_bytes() == b""  # a type checker reads the annotations (PEP 561)
    theirs, ours = ((one / "output" / "pdf").glob("*.typ") for one in (package, ROOT / "hubmodel"))
    assert {one.name: one.read_bytes() for one in theirs} == {one.name: one.read_bytes() for one in ours} != {}


@pytest.mark.slow
def test_the_installed_dashboard_finds_its_page(installed: Path, tmp_path: Path) -> None:
    # the package from the wheel, Voila from this environment: the empty one has no extras
    package = package_of(installed)
    code = f"import sys; sys.path.insert(0, {str(package.parent)!r})\n"
    code += "from hubmodel.dashboard.serve import notebook_of; print(notebook_of('overview'))"
    assert Path(run(sys.executable, "-c", code, cwd=tmp_path).strip()).is_relative_to(package)


def package_of(commands: Path) -> Path:
    """Folder of the installed hubmodel that belongs to a folder of commands."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(run(commands / "python", "-c", where, cwd=commands).strip()) / "hubmodel"


def files(folder: Path) -> dict[str, bytes]:
    """Content of every file below a folder, by its path there."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
