"""The table of small models through every engine: NumPy, draws, compiled code, and formulas in LibreOffice.

Another engine joins with one function from a model to the values of its lines, and one test.
"""

import inspect

import numpy as np
import pytest
import xlsxwriter

from hubmodel.engine import compiled, words
from hubmodel.engine.formula import OPERATORS, walk
from hubmodel.engine.units import Membership
from hubmodel.output.excel.formulas import CONSTANT, FIRST, Block, Compiler, Layout, Lookup, column, placed
from tests.engine.small_models import TABLE
from tests.office import recalculated
from tests.office import values as cells

FACTORS = (1.0, 0.5, 3.0, -1.0, 0.0)  # the first draw is the table's, and the number is no whole vector
every_model = pytest.mark.parametrize("name", TABLE)


def check(name, found):
    """Compare what an engine gives for every line with the table."""
    small = TABLE[name]
    assert found.keys() == small.expected.keys()
    for line, hand in small.expected.items():
        expected = np.atleast_2d(np.asarray(hand, dtype=float))
        assert np.shape(found[line]) == expected.shape, line
        assert found[line] == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True), line


def drawn(small):
    """Each input times each factor, along a leading axis; the calendar is as it is."""
    moved = small.values.keys() - {"period_length"}
    return {name: small.values[name] * np.reshape(FACTORS, (-1, 1, 1)) for name in moved}


def alone(small, at):
    """The lines for one of the draws, without an axis of draws."""
    draws = {name: one[at] for name, one in drawn(small).items()}
    return small.instance.model.run({**small.instance.inputs, **draws})


@every_model
def test_numpy(name):
    check(name, TABLE[name].instance.model.run(TABLE[name].instance.inputs))


@every_model
def test_draws(name):
    small = TABLE[name]
    batch = small.instance.model.run({**small.instance.inputs, **drawn(small)})
    check(name, {line: value[0] for line, value in batch.items()})
    for at in range(len(FACTORS)):
        for line, value in alone(small, at).items():
            assert np.array_equal(batch[line][at], value, equal_nan=True), (line, at)


@every_model
def test_each_line_alone(name):
    small = TABLE[name]
    check(name, {line: small.instance.model.run(small.instance.inputs, [line])[line] for line in small.expected})


@pytest.mark.skipif(not compiled.available(), reason="there is no LLVM; install hubmodel[fast]")
@every_model
def test_compiled(name):
    small, draws = TABLE[name], drawn(TABLE[name])
    kernel = compiled.compiled(small.instance, small.expected, draws)
    found = kernel(draws)
    check(name, {line: value[0] for line, value in found.items()})
    for at in range(len(FACTORS)):
        for line, value in alone(small, at).items():
            assert found[line][at] == pytest.approx(value, rel=1e-12, abs=1e-12, nan_ok=True), (line, at)
    assert set(kernel.plan.left) == small.expected.keys() & {"rate", "rate_of_suite", "from_series"}


class Page:
    """One model on a sheet: names in column A, members in B, constants in D, parents in E, then the periods."""

    def __init__(self, sheet, name, small):
        self.sheet, self.name, self.small, self.instance = sheet, name, small, small.instance
        self.blocks, self.lookups, self.next = {}, {}, 1
        for key, one in self.instance.inputs.items():
            if isinstance(one, Membership):
                self._membership(one)
            else:
                self._given(key, one)
        for key, line in self.instance.formulas.items():
            self.blocks[key] = self._place(key, line.varies, line.list)
        empty = frozenset(name for name, count in self.instance.members.items() if not count)
        self.layout = Layout(self.blocks, {}, self.lookups, self.instance.periods, empty)
        for key in self.instance.formulas:
            self._line(key)

    def values(self, found):
        """The values of each line among the cells of a workbook; an error is no value."""
        out = {}
        for key in self.instance.formulas:
            own = self.blocks[key]
            columns = self._columns(own)
            out[key] = np.empty((self._rows(own.list), len(columns)))
            for at in range(len(out[key])):
                read = [found[self.name, f"{column(one)}{own.row + at + 1}"] for one in columns]
                out[key][at] = [np.nan if one == "#N/A" else one for one in read]
        return out

    def _rows(self, of):
        return self.instance.members[of] if of else 1

    def _columns(self, block):
        return range(FIRST, FIRST + self.instance.periods) if block.varies else (CONSTANT,)

    def _place(self, key, varies, of):
        rows = self._rows(of) or 1  # a list without members keeps a blank row
        self.sheet.write_string(self.next, 0, key)
        for at in range(self._rows(of) if of else 0):
            self.sheet.write_string(self.next + at, 1, f"{of} {at + 1}")
        self.next += rows
        return Block(self.name, self.next - rows, rows, varies, of)

    def _given(self, key, one):
        own = self.blocks[key] = self._place(key, one.shape[-1] > 1, self.small.lists.get(key))
        for (at, period), value in np.ndenumerate(one):
            to = own.row + at, self._columns(own)[period]
            self.sheet.write_number(*to, value) if value == value else self.sheet.write_formula(*to, "=NA()")

    def _membership(self, by):
        own = self._place(f"{by.parent} of {by.list}", False, by.list)
        names = f"$E${own.row + 1}:$E${own.row + own.rows}"
        self.lookups[self.name, id(by)] = Lookup(names, "$D", own.row)
        for at, position in enumerate(by.position):
            self.sheet.write_number(own.row + at, CONSTANT, position + 1)
            self.sheet.write_string(own.row + at, CONSTANT + 1, f"{by.parent} {position + 1}")

    def _line(self, key):
        own, line = self.blocks[key], self.instance.formulas[key]
        for at in range(self._rows(own.list)):
            for period, number in enumerate(self._columns(own)):
                formula = Compiler(self.layout, own, at, period == 0).formula(line)
                self.sheet.write_formula(own.row + at, number, placed(formula, number), None, "not computed")


@pytest.fixture(scope="module")
def in_office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    with xlsxwriter.Workbook(folder / "small.xlsx") as book:
        pages = {name: Page(book.add_worksheet(name[:31]), name[:31], small) for name, small in TABLE.items()}
    found = cells(recalculated(folder / "small.xlsx", folder))
    return {name: page.values(found) for name, page in pages.items()}


@every_model
def test_excel(name, in_office):
    check(name, in_office[name])


def test_every_word_and_operator_stands_in_the_table():
    parts = [part for small in TABLE.values() for line in small.instance.formulas.values() for part in walk(line)]
    functions = [one for one in vars(words).values() if inspect.isfunction(one) and one.__module__ == words.__name__]
    vocabulary = {one.__name__ for one in functions if not one.__name__.startswith("_")}
    assert len(vocabulary) == 12
    assert (vocabulary | OPERATORS | {"neg"}) - {part.kind for part in parts} == set()
    numbers = {part.of[0] for part in parts if part.kind == "number"}
    assert words.TINY in numbers
    assert any(np.isnan(one) for one in numbers)


def test_every_line_of_a_model_is_worked_out():
    assert [name for name, one in TABLE.items() if one.expected.keys() != one.instance.model.lines.keys()] == []


def test_half_of_the_models_have_a_block():
    assert sum(bool(small.instance.model.blocks) for small in TABLE.values()) >= len(TABLE) / 2
