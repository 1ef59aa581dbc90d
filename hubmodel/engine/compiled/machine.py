"""From a program in LLVM's language to a function of this machine."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from collections.abc import Callable

from hubmodel.engine.compiled.section import AREAS
from hubmodel.errors import InputError


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
    builder = llvm.JITLibraryBuilder().add_ir(program).add_current_process().export_symbol("run")
    try:
        compiler = llvm.create_lljit_compiler(llvm.Target.from_default_triple().create_target_machine(**host))
        code = builder.link(compiler, "hubmodel")
    except RuntimeError as error:
        raise InputError(f"LLVM cannot compile the lines on this machine: {error}; run them with evaluate()") from None
    run = ctypes.CFUNCTYPE(None, ctypes.c_int64, *[ctypes.c_void_p] * len(AREAS))(code["run"])
    return functools.partial(_run, (code, compiler), run)


def _run(code: object, run: Callable[..., None], *arguments: int) -> None:
    """Call a function whose code is kept alive for as long; other threads run meanwhile."""
    run(*arguments)
