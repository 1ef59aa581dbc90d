"""Pages of the dashboard without a browser: their choices work, and they show the model's own numbers."""

import asyncio
import html
import re
import shutil
import threading

import pytest

import hubmodel as hm

pytest.importorskip("ipecharts")

from hubmodel.case.documents import contradictions
from hubmodel.case.reading import data_folder
from hubmodel.dashboard import state
from hubmodel.dashboard.pages import PAGES, business, capacity, funding, pricing, scenarios
from hubmodel.dashboard.shell import Shell
from hubmodel.dashboard.state import Desk


def at_once(work):
    """Do a page's background work now, in a new loop: browser tests may have left one running here."""
    thread = threading.Thread(target=asyncio.run, args=(work,))
    thread.start()
    thread.join()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Solve and draw only what a page itself asks for."""
    monkeypatch.setattr(state, "soon", lambda function: function())
    monkeypatch.setattr(state, "background", lambda work: work.close())
    for page in (business, capacity, funding, pricing, scenarios):
        monkeypatch.setattr(page, "background", at_once)


@pytest.fixture(scope="module")
def case():
    return hm.load("northx")


@pytest.fixture
def opened(case):
    """Return a function that opens a page in a new session."""

    def go(name, case=case):
        shell = Shell(Desk(case), PAGES)
        shell.open(name)
        shell.show_solved()
        return shell.page

    return go


def rows(table):
    """Return the cells of a table of HTML as text, row by row."""
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")[:-1])
    return [[html.unescape(re.sub("<[^>]+>", "", cell)).replace("\u00a0", " ") for cell in row] for row in cells]


class TestBusiness:
    def test_a_statement_shows_its_table(self, opened, case):
        page = opened("business")
        page.which.value = "balance"
        expected = hm.run(case, solved=False).tabulate("balance")
        shown = rows(page.panels["statement"].value)
        assert [row[0] for row in shown] == [row.label for row in expected.rows]
        assert len(shown[0]) == 1 + len(expected.columns)

    def test_without_the_grant_none_is_received(self, opened):
        page = opened("business")
        page.which.value = "funding"
        received = {row[0]: row[1:] for row in rows(page.panels["statement"].value)}["Total grant received"]
        page.grant.value = "without"
        without = {row[0]: row[1:] for row in rows(page.panels["statement"].value)}["Total grant received"]
        assert received[:2] == ["14.0", "36.0"]
        assert set(without) == {"–"}
        assert "without the grant" in page.panels["statement"].value

    def test_each_name_of_a_statement_explains_its_line(self, opened):
        page = opened("business")
        for statement in ("sites", "income"):
            page.which.value = statement
            named = re.findall('data-line="([^"]+)"', page.panels["statement"].value)
            assert len(named) == len(rows(page.panels["statement"].value))
            for line, _, member in (html.unescape(name).partition("|") for name in named):
                assert page.desk.result.explain(line, member or None).name == line

    def test_a_run_by_the_year_has_no_months(self, opened, case):
        page = opened("business", case.with_({"period": "year"}))
        page.by.value = "month"
        assert "by must be year in a run by year, got" in html.unescape(page.panels["statement"].value)


class TestCapacity:
    def test_what_is_scarcest_is_named_for_each_year(self, opened, case):
        shown = rows(opened("capacity").panels["narrow"].value)
        assert [row[0] for row in shown] == [str(year) for year in range(case.first, case.last + 1)]

    def test_suites_are_shown_by_the_month_where_asked(self, opened, case):
        page = opened("capacity")
        assert len(page.plots["suites"].figure.periods) == case.last - case.first + 1
        page.by.value = "month"
        assert page.plots["suites"].figure.periods == case.periods

    def test_platforms_are_ranked_by_what_a_suite_day_earns(self, opened):
        page = opened("capacity")
        _, values = page.desk.result.series("contribution_per_suite_day")
        names = [html.unescape(name) for name in re.findall("<dt>(.*?)</dt>", page.panels["rank"].value)]
        assert [values[name][0] for name in names] == sorted((row[0] for row in values.values()), reverse=True)


@pytest.fixture(scope="module")
def without_platforms(tmp_path_factory):
    """Return the template without platforms and their rows."""
    folder = tmp_path_factory.mktemp("cases") / "bare"
    shutil.copytree(data_folder() / "template", folder)
    named = re.compile(r"^(\"|\w+,)(first|second) platform.*\n", re.MULTILINE)
    for path in (folder / "case.toml", *folder.glob("*.csv")):
        path.write_text(named.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    return hm.load(folder)


class TestWithoutPlatforms:
    def test_there_is_nothing_to_quote(self, opened, without_platforms):
        page = opened("pricing", without_platforms)
        assert "bare has no platform, so there is nothing to quote; add one to" in page.quoting.status.value
        assert rows(page.panels["prices"].value) == []

    def test_no_platform_earns_anything(self, opened, without_platforms):
        assert "The case has no platform." in opened("capacity", without_platforms).panels["rank"].value


class TestFunding:
    def test_every_version_of_what_the_documents_say_is_shown(self, opened, case):
        shown = rows(opened("funding").panels["contradictions"].value)
        assert [row[:2] for row in shown] == [
            [version["question"], version["version"]] for version in contradictions(case.folder)
        ]

    def test_a_case_without_documents_says_that_none_is_known(self, opened):
        page = opened("funding", hm.load("template"))
        assert "none is known" in page.panels["contradictions"].value

    def test_with_less_without_is_the_difference(self, opened):
        shown = {row[0]: row[1:4] for row in rows(opened("funding").panels["impact"].value)}
        assert shown["Grant total"] == ["50.0 MSEK", "–", "50.0 MSEK"]


class TestExplain:
    def test_a_line_is_explained_at_the_row_and_month_that_are_chosen(self, opened):
        page = opened("explain")
        page.search.value = page._title("commercial_price_per_batch")
        page.row.value, page.period.value = "mRNA", "2029-01"
        result = page.desk.result
        value = result.explain("commercial_price_per_batch", "mRNA", "2029-01").value
        at = result.case.lists["platform"].index("mRNA"), result.case.periods.index("2029-01")
        assert value == result["commercial_price_per_batch"][at]
        assert "mRNA" in page.panels["found"].value

    def test_every_line_and_input_can_be_chosen(self, opened, case):
        names = set(opened("explain").names.values())
        assert names >= set(case.model.order) & set(case.model.lines)
        assert "innovation_hourly_rate" in names


class TestInputs:
    def test_words_and_grade_narrow_the_list(self, opened):
        page = opened("inputs")
        page.search.value = "hourly rate"
        assert [row[0] for row in rows(page.panels["rows"].value)] == ["Innovation hourly rate"]
        page.grade.value = "documented"
        assert rows(page.panels["rows"].value) == []

    @pytest.mark.parametrize(
        ("value", "reason", "problem"),
        [
            ("1 700", "", "Say why"),
            ("seventeen", "a try", "seventeen"),
            ("-5", "a try", "-5"),
        ],
    )
    def test_what_is_no_value_or_has_no_reason_is_refused(self, opened, value, reason, problem):
        page = opened("inputs")
        page.edit("innovation_hourly_rate")
        page.value.value, page.reason.value = value, reason
        page._set()
        assert problem in html.unescape(page.message.value)
        assert not page.desk.changed

    def test_a_change_has_its_reason_and_is_listed_as_different(self, opened):
        page = opened("inputs")
        page.edit("innovation_hourly_rate")
        page.value.value, page.reason.value = "1 700 SEK/h", "what a peer asks"
        page._set()
        assert [(override.name, override.value, override.reason) for override in page.desk.case.overrides] == [
            ("innovation_hourly_rate", 1700, "what a peer asks")
        ]
        page.differs.value = True
        (shown,) = rows(page.panels["rows"].value)
        assert shown[:3] == ["Innovation hourly rate", "1 700 SEK/h", "1 500 SEK/h"]


class TestScenarios:
    def test_only_what_differs_is_set_side_by_side_and_the_bridge_adds_up(self, opened):
        page = opened("scenarios")
        page.marks["without-grant"].value = True
        inputs = page.panels["differ"].value.partition("Key figures")[0]
        assert [row[0] for row in rows(inputs)] == ["Grant factor"]
        bars = {row.name: row.values for row in page.plot.figure.series}
        start, end = (value for value in bars["level"] if value is not None)
        moved = sum(
            (value or 0) - begin
            for row in page.plot.figure.series
            if row.name != "level"
            for value, begin in zip(row.values, row.starts, strict=True)
            if value is not None
        )
        assert end - start == pytest.approx(moved, rel=1e-9)

    def test_the_same_beside_itself_says_no_differences(self, opened):
        page = opened("scenarios")
        page.marks[""].value = True
        assert "no differences" in page.panels["differ"].value


class TestBreakEven:
    def test_it_is_where_the_net_present_value_is_zero_and_can_be_set(self, opened):
        page = opened("pricing")
        break_even = next(break_even for break_even in page.break_evens if break_even.key == "commercial_margin")
        break_even.ask.click()
        there = hm.run(page.desk.case.with_({"commercial_margin": break_even.found}), solved=False)
        assert there["net_present_value"] == pytest.approx(0, abs=1e3)
        break_even.go.click()
        assert page.desk.case.overrides[0].value == break_even.found
        assert page.desk.case.overrides[0].reason == "break-even"

    def test_where_there_is_none_it_says_why(self, opened):
        page = opened("pricing")
        break_even = next(break_even for break_even in page.break_evens if break_even.key == "deposit_share")
        break_even.ask.click()
        assert "hub-soft" in break_even.answer.value
        assert "deposit_share" in break_even.answer.value
        assert "hub-none" in break_even.go._dom_classes
