"""Powers of vectors: base ^ exponent = exp(exponent x log(base)), the logarithm being taken once for all periods."""

from __future__ import annotations

from math import factorial, log

from hubmodel.engine.compiled.section import ONE, Width, number

_TERMS = 14  # of the series of exp: the next is below 1e-17 of the sum, up to log(2) / 2
_UNARY = ("floor", "fabs", "rint", "log")


def functions(width: Width) -> str:
    """Return the functions that lines call, in LLVM's language: some of LLVM's own, and ``power``.

    exp(x) is 2^k exp(x - k log 2), the latter by its series. What lies out of its reach goes to the library's pow: a
    base of zero or below, what is not finite, a result beyond exp(700). Each draw is judged by itself, so that none
    depends on its neighbours in the vector.
    """
    vector, flags, kind = width.vector, width.flags, width.kind
    declared = [f"declare {vector} @llvm.{name}.{kind}({vector})" for name in _UNARY]
    declared += [f"declare {vector} @llvm.pow.{kind}({vector}, {vector})"]
    every = f"and {flags} %near, %near"
    if width.lanes > ONE:
        reduce = f"@llvm.vector.reduce.and.v{width.lanes}i1"
        declared += [f"declare i1 {reduce}({flags})"]
        every = f"call i1 {reduce}({flags} %near)"
    power = _POWER.format(**_words(width), every=every, series="\n".join(_series(width)))
    return "\n".join([*declared, power, ""])


def _series(width: Width) -> list[str]:
    vector, zero = width.vector, _constant(0, width)
    out = [f"  %sum{_TERMS} = fadd {vector} {zero}, {zero}"]
    for power in range(_TERMS - 1, -1, -1):
        out.append(f"  %times{power} = fmul contract {vector} %sum{power + 1}, %rest")
        term = _constant(1 / factorial(power), width)
        out.append(f"  %sum{power} = fadd contract {vector} %times{power}, {term}")
    return out


def _constant(value: float, width: Width) -> str:
    return width.repeated(number(value).name)


def _words(width: Width) -> dict[str, str]:
    return {
        "vector": width.vector, "flags": width.flags, "kind": width.kind, "far": _constant(700, width),
        "log2": _constant(log(2), width), "per_log2": _constant(1 / log(2), width),
        "i32": width.of("i32"), "i64": width.of("i64"),
        "bias": width.repeated("1023", "i64"), "exponent_bits": width.repeated("52", "i64"),
    }  # fmt: skip


_POWER = """
define internal {vector} @power.{kind}({vector} %base, {vector} %exponent, {vector} %log) {{
  %x = fmul {vector} %exponent, %log
  %size = call {vector} @llvm.fabs.{kind}({vector} %x)
  %near = fcmp olt {vector} %size, {far}
  %parts = fmul {vector} %x, {per_log2}
  %twos = call {vector} @llvm.rint.{kind}({vector} %parts)
  %whole = fmul contract {vector} %twos, {log2}
  %rest = fsub contract {vector} %x, %whole
{series}
  %short = fptosi {vector} %twos to {i32}
  %long = sext {i32} %short to {i64}
  %biased = add {i64} %long, {bias}
  %bits = shl {i64} %biased, {exponent_bits}
  %scale = bitcast {i64} %bits to {vector}
  %fast = fmul {vector} %sum0, %scale
  %all = {every}
  br i1 %all, label %done, label %slow
slow:
  %exact = call {vector} @llvm.pow.{kind}({vector} %base, {vector} %exponent)
  %mixed = select {flags} %near, {vector} %fast, {vector} %exact
  ret {vector} %mixed
done:
  ret {vector} %fast
}}"""
