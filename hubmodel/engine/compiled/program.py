"""The whole program in LLVM's language: for each vector of draws, pass after pass over the periods."""

from __future__ import annotations

from collections.abc import Iterator

from hubmodel.engine.compiled.code import Compiler
from hubmodel.engine.compiled.layout import Layout
from hubmodel.engine.compiled.power import functions
from hubmodel.engine.compiled.section import AREAS, OVER_TIME, SHARED, Section

_BY_VECTOR = ("drawn", "dated", "ends", "paths")  # each vector of draws has its own part


def program(layout: Layout) -> str:
    """Return the program of a plan: one function ``run``, of how many vectors of draws and a pointer to each area.

    Parameters
    ----------
    layout
        where everything stands; its state grows by what the lines pass on from period to period.
    """
    passes = [_pass(layout, at) for at in range(1 + max(layout.plan.passes.values(), default=0))]
    arguments = ", ".join(f"ptr noalias %{area}" for area in AREAS)
    head = [f"define void @run(i64 %vectors, {arguments}) {{", "start:", "  br label %vector", "vector:"]
    head += ["  %vector.at = phi i64 [0, %start], [%vector.next, %last]", *_here(layout), "  br label %before0"]
    tail = [f"before{len(passes)}:", "  br label %last", "last:", *_again("vector", "%vectors", "done")]
    body = [line for lines in passes for line in lines]
    return "\n".join([functions(layout.width), *head, *body, *tail, "done:", "  ret void", "}", ""])


def _here(layout: Layout) -> Iterator[str]:
    for area in AREAS:
        size = layout.size(area) * (layout.plan.instance.periods if area in OVER_TIME else 1)
        yield f"  %{area}.from = mul i64 %vector.at, {size if area in _BY_VECTOR else 0}"
        yield f"  %{area}.here = getelementptr {layout.width.vector}, ptr %{area}, i64 %{area}.from"


def _pass(layout: Layout, at: int) -> list[str]:
    plan, periods = layout.plan, layout.plan.instance.periods
    steps = {area: layout.steps(area)[0] for area in AREAS}
    before = Compiler(layout, Section(f"before{at}", steps, layout.width))
    during = Compiler(layout, Section(f"during{at}", steps, layout.width), before)
    for name, line in plan.lines.items():
        if plan.passes[name] == at:
            (during if line.varies else before).line(name)
    for part in plan.over_all:
        if plan.pass_read(part) == at:
            during.accumulate(part)
    during.finish()
    mark, first = during.section.mark, before.section.mark
    return [
        *(f"{first}:", *before.section.text, f"  br label %{mark}"),
        *(f"{mark}:", f"  %{mark}.at = phi i64 [0, %{first}], [%{mark}.next, %{mark}]", *_now(mark, layout)),
        *(*during.section.text, *_again(mark, str(periods), f"before{at + 1}")),
    ]


def _now(mark: str, layout: Layout) -> Iterator[str]:
    for area in OVER_TIME:
        kind = "double" if area in SHARED else layout.width.vector
        yield f"  %{area}.{mark}.at = mul i64 %{mark}.at, {layout.steps(area)[1]}"
        yield f"  %{area}.{mark} = getelementptr {kind}, ptr %{area}.here, i64 %{area}.{mark}.at"


def _again(label: str, times: str, then: str) -> Iterator[str]:
    yield f"  %{label}.next = add i64 %{label}.at, 1"
    yield f"  %{label}.more = icmp ult i64 %{label}.next, {times}"
    yield f"  br i1 %{label}.more, label %{label}, label %{then}"
