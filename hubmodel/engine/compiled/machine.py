"""From a program in LLVM's language to a function of this machine."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

from hubmodel.engine.compiled import cache
from hubmodel.engine.compiled.section import AREAS
from hubmodel.errors import InputError

if TYPE_CHECKING:
    from llvmlite.binding import LLJIT, ResourceTracker, TargetMachine


def available() -> bool:
    """Whether there is an LLVM to compile with."""
    return importlib.util.find_spec("llvmlite") is not None


@functools.lru_cache(maxsize=16)
def function(program: str) -> Callable[..., None]:
    """Return the function ``run`` of a program, compiled for this machine; the same program is compiled once.

    Raises
    ------
    InputError
        when there is no LLVM, or it cannot do it.
    """
    try:
        import llvmlite.binding as llvm
    except ImportError:
        raise InputError("lines are compiled by numba's LLVM, which is not installed; install hubmodel[fast]") from None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    host = {"cpu": llvm.get_host_cpu_name(), "features": llvm.get_host_cpu_features().flatten()}
    machine = llvm.Target.from_default_triple().create_target_machine(**host)
    try:
        code, compiler = _linked(_object(program, machine, *host.values()), machine)
    except RuntimeError as error:
        raise InputError(f"LLVM cannot compile the lines on this machine: {error}; run them with evaluate()") from None
    run = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * len(AREAS))(code["run"])
    return functools.partial(_run, (code, compiler), run)


def _object(program: str, machine: TargetMachine, cpu: str, features: str) -> bytes:
    """Return the object code of a program, from disk if this machine has compiled it before."""
    import llvmlite
    import llvmlite.binding as llvm

    versions = llvmlite.__version__, ".".join(map(str, llvm.llvm_version_info))
    key = cache.key_of(program, *versions, machine.triple, cpu, features)
    found = cache.kept(key)
    if found is None:
        found = machine.emit_object(llvm.parse_assembly(program))
        cache.keep(key, found)
    return found


def _linked(code: bytes, machine: TargetMachine) -> tuple[ResourceTracker, LLJIT]:
    import llvmlite.binding as llvm

    compiler = llvm.create_lljit_compiler(machine)
    builder = llvm.JITLibraryBuilder().add_object_img(code).add_current_process().export_symbol("run")
    return builder.link(compiler, "hubmodel"), compiler


def _run(code: object, run: Callable[..., None], *arguments: int) -> None:
    """Call a function whose code is kept alive for as long; other threads run meanwhile."""
    run(*arguments)
