"""A new facility: the template, its questions, and what `hubmodel new` makes and refuses."""

import re

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.reading import read_toml
from hubmodel.case.template import new_case
from hubmodel.errors import HubmodelError
from hubmodel.uncertainty.questions import TO_FILL, questions

TEMPLATE, NORTHX = hm.load("template"), hm.load("northx")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


class TestTemplate:
    def test_every_key_of_the_first_case_is_there_and_no_other(self):
        assert set(TEMPLATE.by_key) == set(NORTHX.by_key)

    def test_every_head_choice_and_list_of_the_first_case_is_there(self):
        ours, theirs = (read_toml(case.folder / "case.toml") for case in (TEMPLATE, NORTHX))
        optional = {"documented"}  # a new facility has no documents
        assert theirs.keys() - ours.keys() <= optional
        assert ours["choices"] == theirs["choices"]
        assert ours["lists"].keys() == theirs["lists"].keys()
        assert ours["modules"] == theirs["modules"]

    def test_it_is_small(self):
        assert (len(TEMPLATE.lists["site"]), len(TEMPLATE.lists["suite"]), len(TEMPLATE.lists["platform"])) == (1, 2, 2)
        assert len(TEMPLATE.rows) < len(TEMPLATE.by_key) * 1.1  # one row a key, a second where members differ

    def test_it_says_nothing_of_another_facility(self):
        members = {member for name in ("northx", "ccrm-nordic") for member in hm.load(name).members}
        text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATE.folder.rglob("*.*")))
        foreign = {
            member for member in members - TEMPLATE.members.keys() if re.search(rf'["\n,]{re.escape(member)}[",]', text)
        }
        assert foreign - {str(year) for year in range(2000, 2100)} == set()
        assert "hub" not in re.sub(r"hubmodel", "", text)

    def test_what_is_to_fill_is_an_assumption_with_a_question(self):
        rows = [row for row in TEMPLATE.rows if row.note.startswith(TO_FILL)]
        assert len(rows) > 80
        assert {row.grade for row in rows} == {"assumption"}
        asked = [row.note for row in rows if not row.key.startswith("standard_")]  # a yardstick repeats what is filled
        assert [note for note in asked if "?" not in note] == []

    def test_placeholders_are_worth_a_guess(self):
        found = hm.run(TEMPLATE, solved=False)
        assert [check.name for check in found.checks if not check.ok] == []
        assert 0.4 < found["utilisation_at_maturity"] < 0.75
        assert -0.05 < found["ebitda_margin_at_maturity"] < 0.22

    def test_lists_without_members_are_worth_nothing(self):
        found = hm.run(TEMPLATE, solved=False)
        assert (TEMPLATE.lists["loan"], TEMPLATE.lists["course"], TEMPLATE.lists["programme"]) == ((), (), ())
        for line in ("debt", "interest", "total_training_cost", "programme_funding_total"):
            assert not np.any(found[line]), line
        # revenue is that of the tracks: the courses that do not exist add nothing
        tracks = found["total_innovation_revenue"] + found["total_commercial_revenue"]
        np.testing.assert_allclose(found["revenue"], tracks + found["reservation_revenue"].sum(axis=0), rtol=1e-12)
        assert found.series("training_revenue")[1] == {"": [0.0] * 20}  # twenty years of nothing, in one row
        with pytest.raises(HubmodelError, match="loan_amount has no rows: the list 'loan' has no members; add one"):
            found.explain("loan_amount")

    def test_a_member_makes_one_of_the_rows_of_each(self, tmp_path):
        new_case(tmp_path / "mine")
        edit(tmp_path / "mine" / "case.toml", "[lists.loan]", '[lists.loan]\n"bank loan" = {}')
        case = hm.load(tmp_path / "mine").with_({"loan_amount[bank loan]": 10})
        debt = hm.evaluate(case)["debt"][0]
        assert debt[:12].tolist() == [0] * 12  # 2025: the rows of each loan say January 2026
        assert debt[12] == pytest.approx(10e6)  # repayment begins a month after the draw


class TestQuestions:
    def test_the_most_influential_come_first(self):
        found = questions(TEMPLATE)
        effects = [question.influence for question in found]
        assert effects == sorted(effects, reverse=True)
        spread = {bar.key: bar.spread for bar in hm.tornado(TEMPLATE)}
        assert found[0].influence == spread[found[0].name.partition("[")[0]] > 0
        assert {question.name for question in found} == {
            row.name for row in TEMPLATE.rows if row.note.startswith(TO_FILL)
        }

    def test_a_date_is_written_as_one(self):
        (found,) = (question for question in questions(TEMPLATE) if question.name == "decision_date")
        assert (found.value, found.unit, found.question) == ("2025-06-01", "date", "on which day is it decided?")

    def test_a_row_is_filled_once_its_note_says_why(self, tmp_path):
        new_case(tmp_path / "mine")
        edit(tmp_path / "mine" / "finance.csv", "To fill: which yearly return do you ask for", "The board asks for it")
        found = questions(hm.load(tmp_path / "mine"))
        assert len(found) == len(questions(TEMPLATE)) - 1
        assert "discount_rate" not in {question.name for question in found}

    def test_a_case_that_is_filled_has_none(self):
        assert questions(NORTHX) == []


class TestNew:
    def test_it_is_a_runnable_case_of_its_own(self, tmp_path):
        case = new_case(tmp_path / "umeå plant", 'Plant "Nord" in Umeå')
        assert (case.name, case.title) == ("umeå plant", 'Plant "Nord" in Umeå')
        assert case.inputs_hash == TEMPLATE.inputs_hash
        again = hm.load(tmp_path / "umeå plant", "fewer-projects")
        assert hm.run(again, solved=False)["net_present_value"] < hm.run(case, solved=False)["net_present_value"]
        assert [path.name for path in tmp_path.iterdir()] == ["umeå plant"]

    def test_comments_for_the_beginner_stay(self, tmp_path):
        new_case(tmp_path / "mine", "Mine")
        text = (tmp_path / "mine" / "case.toml").read_text(encoding="utf-8")
        original = (TEMPLATE.folder / "case.toml").read_text(encoding="utf-8")
        assert text == original.replace('title = "A new facility"', 'title = "Mine"')
        assert text.count("#") > 10

    def test_an_empty_folder_will_do(self, tmp_path):
        (tmp_path / "mine").mkdir()
        assert new_case(tmp_path / "mine").name == "mine"

    def test_another_case_may_be_the_beginning(self, tmp_path):
        new_case(tmp_path / "first", "The first")
        case = new_case(tmp_path / "second", start=str(tmp_path / "first"))
        assert case.title == "The first"
        assert new_case(tmp_path / "third", start="northx").inputs_hash == NORTHX.inputs_hash

    def test_it_may_bring_its_own_sources(self, tmp_path):
        new_case(tmp_path / "mine")
        header = (tmp_path / "mine" / "sources.csv").read_text(encoding="utf-8")
        row = "board-2026,Minutes of the board,The company,12/2026,2026-01-15,,not public,\n"
        (tmp_path / "mine" / "sources.csv").write_text(header + row, encoding="utf-8")
        edit(
            tmp_path / "mine" / "finance.csv",
            ',assumption,"To fill: which yearly return do you ask for, in money of the day?"',
            ",published,Decided by the board",
        )
        with pytest.raises(HubmodelError, match="discount_rate is graded published without a source"):
            hm.load(tmp_path / "mine")
        edit(tmp_path / "mine" / "finance.csv", ",,,,published", ",,board-2026,§ 5,published")
        (source,) = hm.run(hm.load(tmp_path / "mine"), solved=False).explain("discount_rate").sources
        assert (source.title, source.section) == ("Minutes of the board", "§ 5")

    @pytest.mark.parametrize(
        ("name", "options", "expected"),
        [
            ("full", {}, "full: is not empty; name a new folder"),
            ("file", {}, "file: is a file; name a new folder"),
            ("no/where", {}, "there is no folder .*no to put it in; make it first"),
            ("new", {"currency": "EUR"}, "new/case.toml: currency must be SEK, got 'EUR'; convert the amounts"),
            ("new", {"currency": "krona"}, "currency must be a code of three capital letters, got 'krona'; write SEK"),
            ("new", {"title": "two\nlines"}, "new/case.toml: the title must stand on one line"),
            ("new", {"start": "northy"}, "no case 'northy'; did you mean 'northx'"),
            ("", {}, "is not empty; name a new folder"),
        ],
    )
    def test_what_is_refused_leaves_nothing_behind(self, tmp_path, name, options, expected):
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
        (tmp_path / "file").write_text("mine", encoding="utf-8")
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(HubmodelError, match=expected) as error:
            new_case(tmp_path / name, **options)
        assert "\n" not in str(error.value).replace("two\nlines", "")
        assert sorted(tmp_path.rglob("*")) == before

    def test_nothing_is_half_made(self, tmp_path):
        new_case(tmp_path / "first")
        edit(tmp_path / "first" / "finance.csv", "discount_rate,", "discount_rte,")
        with pytest.raises(HubmodelError, match=r"first/finance\.csv"):
            new_case(tmp_path / "second", start=str(tmp_path / "first"))
        assert [path.name for path in tmp_path.iterdir()] == ["first"]
