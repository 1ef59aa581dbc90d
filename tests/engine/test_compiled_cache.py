"""Object code on disk: found again by the same machine only, never taken from where others can write, never broken."""

import os
import stat
import sys

import pytest

from hubmodel.engine.compiled import cache, machine
from hubmodel.engine.compiled.section import AREAS
from hubmodel.errors import InputError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folders for itself")
PROGRAM = "define void @run({arguments}) {{\n  store double {value}, ptr %ends\n  ret void\n}}\n"
ARGUMENTS = ", ".join(["i64 %vectors", *(f"ptr %{area}" for area in AREAS)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the cache, not made yet."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "kept"))
    machine.function.cache_clear()
    yield tmp_path / "kept"
    machine.function.cache_clear()


@pytest.fixture
def compiled(monkeypatch):
    """Programs that were compiled and not found."""
    seen, keep = [], cache.keep
    monkeypatch.setattr(cache, "keep", lambda key, content: (seen.append(key), keep(key, content)))
    return seen


def result(value="1.0"):
    """What a program writes, compiled or found, as in a new process."""
    import numpy as np

    machine.function.cache_clear()
    ends = np.zeros(1)
    addresses = [ends.ctypes.data if area == "ends" else 0 for area in AREAS]
    machine.function(PROGRAM.format(arguments=ARGUMENTS, value=value))(1, *addresses)
    return float(ends[0])


def files(folder):
    return sorted(path.name for path in folder.iterdir())


class TestFoundAgain:
    def test_it_is_compiled_once_and_runs_as_before(self, folder, compiled):
        assert [result(), result()] == [1.0, 1.0]
        assert files(folder) == [f"{compiled[0]}.object"]
        assert len(compiled) == 1

    def test_another_program_is_another_file(self, folder, compiled):
        assert [result("1.0"), result("2.0"), result("1.0")] == [1.0, 2.0, 1.0]
        assert len(files(folder)) == len(compiled) == 2

    @pytest.mark.parametrize("what", ["get_host_cpu_name", "llvm_version_info", "__version__"])
    def test_another_machine_or_version_is_another_file(self, folder, compiled, monkeypatch, what):
        import llvmlite
        import llvmlite.binding as llvm

        result()
        if what == "get_host_cpu_name":
            monkeypatch.setattr(llvm, what, lambda: "x86-64" if llvm.get_process_triple().startswith("x86") else "")
        elif what == "llvm_version_info":
            monkeypatch.setattr(llvm, what, (0, 0, 0))
        else:
            monkeypatch.setattr(llvmlite, what, "0.0.0")
        result()
        assert len(files(folder)) == len(compiled) == 2

    def test_what_fails_to_compile_leaves_no_file(self, folder):
        with pytest.raises(InputError, match="LLVM cannot compile"):
            result("nothing")
        assert not folder.exists() or files(folder) == []


class TestWhere:
    def test_the_user_s_own_cache(self, monkeypatch, tmp_path):
        monkeypatch.delenv(cache.FOLDER, raising=False)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        cache.keep("a", b"content")
        assert files(tmp_path / "hubmodel") == ["a.object"]

    @pytest.mark.parametrize(
        ("platform", "place"),
        [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")],
    )
    def test_each_platform_has_its_place(self, monkeypatch, tmp_path, platform, place):
        for name in (cache.FOLDER, "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(name, str(tmp_path))
        monkeypatch.setattr(sys, "platform", platform)
        assert cache._place() == tmp_path / place / "hubmodel"

    def test_a_relative_xdg_folder_counts_for_nothing(self, monkeypatch):
        """So says the specification."""
        monkeypatch.delenv(cache.FOLDER, raising=False)
        monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
        assert cache._place().is_absolute()

    def test_empty_switches_it_off(self, monkeypatch, compiled, tmp_path):
        monkeypatch.setenv(cache.FOLDER, "")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert [result(), result()] == [1.0, 1.0]
        assert len(compiled) == 2
        assert files(tmp_path) == []


@POSIX
class TestWhoMayWrite:
    def test_folder_and_files_are_the_user_s_alone(self, folder):
        result()
        (file,) = folder.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
    def test_a_folder_that_others_can_write_to_is_not_used(self, folder, compiled, mode):
        result()
        folder.chmod(mode)
        assert result() == 1.0
        assert len(compiled) == 2  # compiled again, although its file is there
        folder.joinpath(f"{compiled[0]}.object").unlink()
        assert result() == 1.0
        assert files(folder) == []

    def test_a_folder_of_another_user_is_not_used(self, folder, compiled, monkeypatch):
        result()
        monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
        assert result() == 1.0
        assert len(compiled) == 2

    def test_a_file_that_others_can_write_to_is_not_used(self, folder, compiled):
        result()
        next(folder.iterdir()).chmod(0o666)
        assert result() == 1.0
        assert len(compiled) == 2

    def test_a_link_to_a_folder_is_not_followed(self, folder, compiled, tmp_path):
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
        assert result() == 1.0
        assert files(tmp_path / "elsewhere") == []

    def test_where_no_folder_can_be_made_it_is_compiled(self, monkeypatch, tmp_path, compiled):
        (tmp_path / "file").write_text("")
        monkeypatch.setenv(cache.FOLDER, str(tmp_path / "file" / "folder"))
        assert [result(), result()] == [1.0, 1.0]
        assert len(compiled) == 2


class TestBroken:
    @pytest.mark.parametrize("broken", ["empty", "truncated", "one bit", "of another program"])
    def test_a_broken_file_is_written_again(self, folder, compiled, broken):
        result("2.0")
        result()
        file = folder / f"{compiled[1]}.object"
        whole = file.read_bytes()
        file.write_bytes(
            {
                "empty": b"",
                "truncated": whole[: len(whole) // 2],
                "one bit": whole[:-1] + bytes([whole[-1] ^ 1]),
                "of another program": (folder / f"{compiled[0]}.object").read_bytes(),
            }[broken]
        )
        assert result() == 1.0
        assert compiled[2:] == [compiled[1]]
        assert file.read_bytes() == whole
        assert result() == 1.0
        assert len(compiled) == 3

    def test_an_interrupted_write_leaves_the_file_as_it_was(self, folder, monkeypatch):
        cache.keep("a", b"before")

        def fails(*_):
            raise OSError("disk full")

        monkeypatch.setattr(os, "replace", fails)
        cache.keep("a", b"after")
        assert cache.kept("a") == b"before"
        assert files(folder) == ["a.object"]

    def test_only_the_last_used_are_kept(self, folder):
        for at in range(cache.MOST):
            cache.keep(f"{at:02}", b"content")
            os.utime(folder / f"{at:02}.object", (at, at))
        assert cache.kept("00") == b"content"  # used now, so no longer the oldest
        cache.keep("new", b"content")
        assert len(files(folder)) == cache.MOST
        assert cache.kept("00") == cache.kept("new") == b"content"
        assert cache.kept("01") is None
