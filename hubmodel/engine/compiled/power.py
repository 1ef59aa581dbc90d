"""Powers of vectors: base ^ exponent = exp(exponent x log(base)), the logarithm being taken once for all periods."""

from __future__ import annotations

from math import factorial, log

from hubmodel.engine.compiled.section import FLAGS, LANES, VECTOR, number, repeated

_TERMS = 14  # of the series of exp: the next is below 1e-17 of the sum, up to log(2) / 2
_UNARY = ("floor", "fabs", "rint", "log")


def functions() -> str:
    """Return the functions that lines call, in LLVM's language: some of LLVM's own, and ``power``.

    exp(x) is 2^k exp(x - k log 2), the latter by its series. What lies out of its reach goes to the library's pow: a
    base of zero or below, what is not finite, a result beyond exp(700). Each draw is judged by itself, so that none
    depends on its neighbours in the vector.
    """
    declared = [f"declare {VECTOR} @llvm.{name}.v{LANES}f64({VECTOR})" for name in _UNARY]
    declared += [f"declare {VECTOR} @llvm.pow.v{LANES}f64({VECTOR}, {VECTOR})"]
    declared += [f"declare i1 @llvm.vector.reduce.and.v{LANES}i1({FLAGS})"]
    return "\n".join([*declared, _POWER.format(**_WORDS, series="\n".join(_series())), ""])


def _series() -> list[str]:
    out = [f"  %sum{_TERMS} = fadd {VECTOR} {_constant(0)}, {_constant(0)}"]
    for power in range(_TERMS - 1, -1, -1):
        out.append(f"  %times{power} = fmul contract {VECTOR} %sum{power + 1}, %rest")
        out.append(f"  %sum{power} = fadd contract {VECTOR} %times{power}, {_constant(1 / factorial(power))}")
    return out


def _constant(value: float) -> str:
    return repeated(number(value).name)


_WORDS = {
    "vector": VECTOR, "flags": FLAGS, "lanes": LANES, "kind": f"v{LANES}f64", "far": _constant(700),
    "log2": _constant(log(2)), "per_log2": _constant(1 / log(2)),
    "bias": repeated("1023", "i64"), "exponent_bits": repeated("52", "i64"),
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
  %short = fptosi {vector} %twos to <{lanes} x i32>
  %long = sext <{lanes} x i32> %short to <{lanes} x i64>
  %biased = add <{lanes} x i64> %long, {bias}
  %bits = shl <{lanes} x i64> %biased, {exponent_bits}
  %scale = bitcast <{lanes} x i64> %bits to {vector}
  %fast = fmul {vector} %sum0, %scale
  %all = call i1 @llvm.vector.reduce.and.v{lanes}i1({flags} %near)
  br i1 %all, label %done, label %slow
slow:
  %exact = call {vector} @llvm.pow.{kind}({vector} %base, {vector} %exponent)
  %mixed = select {flags} %near, {vector} %fast, {vector} %exact
  ret {vector} %mixed
done:
  ret {vector} %fast
}}"""
