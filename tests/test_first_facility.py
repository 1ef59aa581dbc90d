"""The tutorial, followed word by word: each file is changed as it says, each command answers as it shows."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "first_facility.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(console|text|toml)\n(.+?)\n```", PAGE, re.DOTALL)
STEPS = re.findall(r"(?:`(my-plant/[^`\n]+)`[^`]*?)?```(console|text|toml)\n(.+?)\n```", PAGE, re.DOTALL)
LEFT_OUT = "…"
PATIENCE = 60  # seconds until the dashboard answers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("first")


def words_of(command):
    program, *rest = shlex.split(command)
    assert program == "hubmodel"
    return [sys.executable, "-m", "hubmodel.cli", *rest]


def environment():
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


def as_read(text):
    """What a reader sees: all spaces alike."""
    return re.sub("[\u00a0\u202f]", " ", text).strip()


def fits(shown, said):
    """Whether an output is what the page shows, where … stands for anything."""
    pattern = ".*?".join(map(re.escape, as_read(shown).split(LEFT_OUT)))
    return re.fullmatch(pattern, as_read(said), re.DOTALL) is not None


def put_rows(path, text):
    """Put rows in the place of those with the same identity (key, row and period, or id), or at the end."""
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    identity = columns.index("period") + 1 if "period" in columns else 1
    for row in text.splitlines():
        same = [at for at, line in enumerate(lines) if line.split(",")[:identity] == row.split(",")[:identity]]
        (at,) = same or [len(lines)]
        lines[at : at + 1] = [row]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def follow_command(text, folder):
    command, _, shown = text.removeprefix("$ ").partition("\n")
    if command.startswith("hubmodel dashboard"):
        return follow_dashboard(command, shown, folder)
    done = subprocess.run(words_of(command), cwd=folder, env=environment(), capture_output=True, encoding="utf-8")
    unexpected = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]  # outside of a range
    assert (done.returncode, unexpected) == (0, []), command
    assert fits(shown, done.stdout), f"{command} says\n{done.stdout}\nthe page shows\n{shown}"


def follow_dashboard(command, shown, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [*words_of(command), "--port", str(port)]
    served = subprocess.Popen(call, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              encoding="utf-8", start_new_session=True)  # fmt: skip
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        assert fits(shown.replace(":8866/", f":{port}/"), line)
        assert 'id="hub-shell"' in fetched(re.search(r"http://\S+", line)[0])  # what stands in it, tests/browser sees
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait(timeout=PATIENCE)
        served.stdout.close()


def fetched(address):
    """What a page holds once the server answers: its link leads on with a cookie, as in a browser."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with visitor.open(address, timeout=PATIENCE) as answer:
                return answer.read().decode("utf-8")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_the_tutorial_can_be_followed_word_by_word(folder):
    pytest.importorskip("typst")
    pytest.importorskip("voila")
    assert len(STEPS) == len(BLOCKS)
    for path, kind, text in STEPS:
        if kind == "text":
            put_rows(folder / path, text)
        elif kind == "toml":
            (folder / path).write_text(text + "\n", encoding="utf-8")
        else:
            follow_command(text, folder)
    assert (folder / "board.pdf").read_bytes().startswith(b"%PDF")


def test_a_word_that_differs_is_seen():
    assert fits("a\n…\nd", "a\nb\nc\nd\n")
    assert not fits("a\n…\nd", "a\nb\nc\ne\n")
    assert not fits("a\nd", "a\nb\nd\n")
