"""The lock, environment.yml and the wheel: what a person gets who has nothing yet."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hubmodel

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
BIN = "Scripts" if os.name == "nt" else "bin"


def locked() -> dict[str, str]:
    """Name and exact version of every package in requirements.txt."""
    pins = (Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"\w", line))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def ranges() -> list[Requirement]:
    """Every requirement of pyproject.toml, those of the extras included."""
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for group in (PROJECT["dependencies"], *extras) for text in group]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from this checkout's environment; its output, or the test fails with it."""
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "JUPYTER_PATH", "MAKEFLAGS", "MAKELEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {"NO_COLOR": "1"}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def fresh_environment(folder: Path) -> Path:
    """Make an empty environment; the folder of its commands."""
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    return folder / BIN


@pytest.mark.parametrize("requirement", ranges(), ids=str)
def test_the_lock_holds_a_version_within_each_range(requirement: Requirement) -> None:
    pins = locked()
    name = canonicalize_name(requirement.name)
    assert name in pins, f"{name} is in pyproject.toml but not in requirements.txt: run make lock"
    assert requirement.specifier.contains(pins[name]), f"{name} {pins[name]} is outside {requirement}: run make lock"


def test_the_lock_is_exact_and_hashed() -> None:
    entries = re.split(r"\n(?=\w)", LOCK)[1:]
    loose = [entry.split(" ")[0] for entry in entries if not re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:", entry, re.S)]
    assert loose == []


def test_the_lock_names_no_index_no_address_and_no_folder() -> None:
    assert re.findall(r"^.*(?:://|index|find-links|@|file:| /).*$", LOCK, re.M) == []


def test_make_hands_its_variables_to_the_command() -> None:
    # --old-file: the environment counts as ready, so that only the command itself is shown
    make = ("make", "--no-print-directory", "--dry-run", "--old-file=.venv/.ready")
    told = run(*make, "dashboard", "PORT=8901", "OPEN=no", "PAGE=pricing_desk", cwd=ROOT)
    assert told == ".venv/bin/hubmodel dashboard  --port 8901 --page pricing_desk --no-open\n"
    options = run(sys.executable, "-m", "hubmodel.cli", "dashboard", "--help", cwd=ROOT)
    assert [option for option in ("--port", "--page", "--no-open") if option not in options] == []


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
    # conda, too, runs pip in the folder of environment.yml
    run(commands / "python", "-m", "pip", "install", "--quiet", "-r", tmp_path / "pip.txt", cwd=ROOT)
    run(commands / "python", "-m", "pip", "check", cwd=tmp_path)
    run(commands / "voila", "--version", cwd=tmp_path)
    assert run(commands / "hubmodel", "check", "northx", cwd=tmp_path) != ""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an empty environment with the wheel, built from the source distribution, and no extras."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    commands = fresh_environment(folder / "empty")
    run(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return commands


@pytest.mark.slow
def test_an_installed_hubmodel_runs_northx_elsewhere(installed: Path, tmp_path: Path) -> None:
    there = json.loads(run(installed / "hubmodel", "run", "northx", "--format", "json", cwd=tmp_path))
    here = json.loads(run(sys.executable, "-m", "hubmodel.cli", "run", "northx", "--format", "json", cwd=ROOT))
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
    theirs, ours = ((one / "report").glob("*.typ") for one in (package, ROOT / "hubmodel"))
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
