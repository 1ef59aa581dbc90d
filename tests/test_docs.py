"""What the documents say that can be run: JSON shapes, the README's Python and its commands."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.documents import source_titles

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHAPES = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
OFFER = re.findall(r"```toml\n(\[\[quote\]\]\n.+?)```", SHAPES, re.DOTALL)
EXAMPLES = re.findall(r"`hubmodel (.+?)`\n\n```json\n(.+?)\n```", SHAPES, re.DOTALL)
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
OTHERS = [text for name, text in PAGES.items() if name != "first_facility"]  # that one is followed word by word
COMMANDS = [
    command
    for page in (README, *OTHERS)
    for command in re.findall(r"^(?:\$ )?hubmodel (?!dashboard)(.+?)(?: +#.*)?$", page, re.MULTILINE)
]
MORE = "…"


def said(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Standard output of a command, which must not be refused as wrong use."""
    monkeypatch.setattr("sys.argv", ["hubmodel", *shlex.split(command, comments=True)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert ended.value.code != 2, err
    return out


def differences(example: Any, real: Any, place: str = "$") -> list[str]:
    """Where the real output has another shape than its example; '…' in the example stands for more of the same."""
    if isinstance(example, dict) and isinstance(real, dict):
        names = example.keys() - {MORE}
        out = [f"{place}.{name} is only in the document" for name in sorted(names - real.keys())]
        if MORE not in example:
            out += [f"{place}.{name} is only in the output" for name in sorted(real.keys() - names)]
        for name in sorted(names & real.keys()):
            out += differences(example[name], real[name], f"{place}.{name}")
        return out
    if isinstance(example, list) and isinstance(real, list):
        plain = [one for one in example if one != MORE]
        if len(real) < len(plain) or (plain and MORE not in example and len(real) > len(plain)):
            return [f"{place} has {len(real)} items"]
        return [d for at, one in enumerate(plain) for d in differences(one, real[at], f"{place}[{at}]")]
    alike = type(example) is type(real) or None in (example, real)
    return [] if alike else [f"{place} is {type(real).__name__}, the document has {type(example).__name__}"]


def prepare(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that write do so elsewhere, and find the workbook or the offer that the documents speak of."""
    monkeypatch.chdir(folder)
    if command.startswith("quote"):
        (folder / "offer.toml").write_text("".join(OFFER), encoding="utf-8")
    if command.startswith("upgrade"):
        shutil.copytree(ROOT / "tests" / "case" / "version_0", folder / "old-case")
    if command.startswith("verify"):
        hm.write_bundle(hm.run(hm.load(), solved=False), folder / "northx.zip", notebooks=False)
    if command.startswith("import"):
        hm.write_workbook(hm.evaluate(hm.load().with_({"commercial_margin": 0.3}, "a try")), folder / "northx.xlsx")


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_the_json_of_a_command_is_as_documented(
    command: str, example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.txt").write_text(source_titles()["vinnova-2023-final-report"]["phrase"], encoding="utf-8")
    prepare(command, tmp_path, monkeypatch)
    out = said(command.replace("FOLDER", shlex.quote(str(tmp_path))), capsys, monkeypatch)
    assert differences(json.loads(example), json.loads(out)) == []


def test_every_command_with_json_is_documented() -> None:
    commands = {one.name or one.callback.__name__ for one in cli.app.registered_commands if one.callback}
    assert {command.split()[0] for command, _ in EXAMPLES} == commands - {"dashboard"}


def test_a_wrong_shape_is_seen() -> None:
    assert differences({"a": [1.0]}, {"a": [1.0], "b": 2}) == ["$.b is only in the output"]
    assert differences({"a": {"b": ""}, MORE: MORE}, {"a": {}, "c": 1}) == ["$.a.b is only in the document"]
    assert differences({"a": [1.0, MORE]}, {"a": ["x", 2]}) == ["$.a[0] is str, the document has float"]


@pytest.mark.parametrize("page", [README, PAGES["analysts"]], ids=["README", "analysts"])
def test_the_python_of_a_document_runs(page: str) -> None:
    (code,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["result"]["total_investment"] == pytest.approx(111_400_000)
    assert names["what_if"].overrides[0].reason == "a strong year"


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_a_command_of_the_documents_is_understood(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(command, tmp_path, monkeypatch)
    assert said(command, capsys, monkeypatch) != ""


def test_links_of_the_readme_lead_somewhere() -> None:  # those of docs/ are checked where the reference is built
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), f"README.md points to {link}, which does not exist"


def test_the_changelog_opens_with_model_changes() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{hm.__version__}]\n\n### Model changes\n" in changes
