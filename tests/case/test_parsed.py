"""A file is parsed once, and again as soon as it has changed."""

import os
import shutil

import hubmodel as hm
from hubmodel.case.documents import correlations, documented_lines, plausibility
from hubmodel.case.parsed import parsed_once

LONG_AGO = 1_700_000_000_000_000_000  # nanoseconds


def test_a_file_is_read_again_when_its_time_or_its_size_changes(tmp_path):
    path, read = tmp_path / "note.txt", []

    @parsed_once
    def words_in(path, sign):
        read.append(path)
        return path.read_text().split(sign)

    def written(text, at):
        path.write_text(text)
        os.utime(path, ns=(at, at))
        return words_in(path, " ")

    assert [written("a b", LONG_AGO), words_in(path, " "), len(read)] == [["a", "b"], ["a", "b"], 1]
    assert [written("a c", LONG_AGO + 1), len(read)] == [["a", "c"], 2]  # another time
    assert [written("a cd", LONG_AGO + 1), len(read)] == [["a", "cd"], 3]  # another size
    assert [words_in(path, "c"), len(read)] == [["a ", "d"], 4]  # another argument


def test_a_file_that_has_changed_just_now_is_not_kept(tmp_path):
    path = tmp_path / "note.txt"
    read = parsed_once(lambda path: path.read_text())
    for text in ("a", "b", "c"):
        path.write_text(text)
        assert read(path) == text


def test_a_changed_folder_is_read_anew(tmp_path):
    folder = tmp_path / "northx"
    shutil.copytree(hm.load("northx").folder, folder)
    for name, read in (
        ("plausibility.csv", plausibility),
        ("correlation.csv", correlations),
        ("case.toml", documented_lines),
    ):
        path = folder / name
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
        assert len(read(folder)) > 1
        if name == "case.toml":
            path.write_text(path.read_text().replace("[documented]", "[kinds_kept]"))
        else:
            path.write_text("\n".join(path.read_text().splitlines()[:2]) + "\n")
        assert len(read(folder)) == (0 if name == "case.toml" else 1)


def test_what_is_not_there_is_not_kept(tmp_path):
    assert plausibility(tmp_path) == []
    assert correlations(tmp_path) == ()
