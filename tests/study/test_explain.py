"""Explanations: formula in words and in numbers, ingredients down to row, section, quote and grade."""

import re

import pytest

import hubmodel as hm
from hubmodel.errors import UnknownName
from hubmodel.text.numbers import NBSP


@pytest.fixture(scope="module")
def result():
    return hm.run(hm.load("northx"), solved=False)


def plain(text):
    return text.replace(NBSP, " ")


class TestFormula:
    def test_in_words_and_in_numbers(self, result):
        found = result.explain("aid_intensity")
        # 50 MSEK of 111.4
        assert found.words == "grant used total ÷ total investment"
        assert plain(found.numbers) == "50.00 MSEK ÷ 111.4 MSEK"
        assert found.value == pytest.approx(50 / 111.4)

    def test_a_member_at_a_month(self, result):
        found = result.explain("commercial_price_per_batch", row="mRNA", period="2027-03")
        at = 6 * 12 + 2  # March of the seventh year
        assert found.value == result["commercial_price_per_batch"][0, at]
        assert (found.row, found.period) == ("mRNA", "2027-03")
        assert found.words == "minimum(price ceiling; maximum(price at margin; fee for service price per batch))"
        values = {one.name: one.value for one in found.ingredients}
        best = max(values["price_at_margin"], values["fee_for_service_price_per_batch"])
        assert found.value == min(values["price_ceiling"], best)

    def test_a_sum_names_each_member(self, result):
        # Table 1
        assert plain(result.explain("total_investment").numbers) == "(69.30 MSEK + 4.10 MSEK + 38.00 MSEK)"

    def test_a_group_names_the_members_of_the_parent_only(self, result):
        found = result.explain("asset_cost_at_site", row="Matfors")
        assert plain(found.numbers) == "(69.30 MSEK + 4.10 MSEK)"
        assert found.value == pytest.approx(73.4e6)

    def test_brackets_stand_where_they_are_needed(self, result):
        words = result.explain("price_at_margin", row="mRNA").words
        assert words.startswith("standard conversion cost per batch ÷ (1 − commercial margin)")

    def test_a_guard_is_not_shown(self, result):
        guarded = [name for name in result.values if "1e-09" in result.explain(name, depth=0).words]
        assert guarded == []

    def test_a_balance_shows_its_step(self, result):
        words = result.explain("tax_losses", depth=0).words
        assert "previous tax losses" in words

    def test_previous_is_the_value_of_the_month_before(self, result):
        found = result.explain("opening_pulse", row="Stockholm", period="2023-07")
        # closed in June, open all of July
        assert [one.value for one in found.ingredients if one.period == "2023-06"] == [0.0]
        assert found.value == pytest.approx(1)

    @pytest.mark.parametrize("language", ["en", "sv"])
    def test_every_line_can_be_explained(self, result, language):
        unsaid = []
        for name in result.values:
            found = result.explain(name, depth=0, language=language)
            if not (found.label and found.doc and found.words and found.numbers) or "Expression" in found.words:
                unsaid.append(name)
        assert unsaid == []

    def test_every_ingredient_of_every_line_is_there(self, result):
        model, wrong = result.case.model, {}
        for name in model.order:
            rows = [row or None for row in result.rows(name)]  # a suite without platforms adds up nothing
            named = {one.name for row in rows for one in result.explain(name, row, depth=1).ingredients}
            wanted = set(model.ingredients[name]) - model.memberships
            if named != wanted:
                wrong[name] = wanted ^ named
        assert wrong == {}

    def test_every_shown_value_is_the_runs(self, result):
        case, wrong = result.case, []
        for name in ("net_present_value", "staff_cost", "commercial_price_collected", "cash"):
            for one in flat(result.explain(name, depth=4)):
                value = result.values.get(one.name, case.inputs.get(one.name))
                rows = result.rows(one.name)
                at = (rows.index(one.row), case.periods.index(one.period) if one.period else 0)
                if not (value[at] == one.value or value[at] != value[at]):
                    wrong.append(one.name)
        assert wrong == []


def flat(found):
    return [found, *(inner for one in found.ingredients for inner in flat(one))]


class TestSources:
    def test_a_documented_fact_has_its_section_and_quote(self, result):
        (source,) = result.explain("asset_cost", row="Stockholm unit").sources
        assert (source.grade, source.publisher, source.reference) == (
            "documented",
            "Vinnova",
            "N2021/02613; diarienummer 2021-04278",
        )
        assert source.quote == "Stockholm 38,0"
        assert source.section.startswith("3 Ekonomisk redovisning")

    def test_an_assumption_has_its_range_and_reason(self, result):
        (source,) = result.explain("innovation_hourly_rate").sources
        (row,) = result.case.by_key["innovation_hourly_rate"]
        assert (source.grade, source.unit) == ("assumption", "SEK/hour")
        assert (source.low, source.high, source.note) == (row.low, row.high, row.note)

    def test_a_published_number_has_its_place(self, result):
        (source,) = result.explain("employer_contribution_share").sources
        assert (source.grade, source.section) == ("published", "edition 2024.3/1333")

    def test_a_changed_input_says_that_it_was_changed(self, result):
        case = result.case.with_({"tax_rate": 0.25}, "a new law")
        (source,) = hm.run(case, solved=False).explain("tax_rate").sources
        assert (source.grade, source.title, source.note) == ("assumption", "", "a new law")

    def test_every_input_has_a_source_or_a_reason(self, result):
        case, silent = result.case, []
        for key in case.by_key.keys() & case.model.inputs:
            for source in result.explain(key).sources:
                if not (source.note if source.grade == "assumption" else source.title):
                    silent.append(key)
        assert silent == []

    def test_what_is_reached_is_an_input_with_its_source(self, result):
        ends = [one for one in flat(result.explain("ebitda", depth=30)) if one.name in result.case.by_key]
        assert {"innovation_hourly_rate", "commercial_margin", "fixed_posts"} <= {one.name for one in ends}
        assert all(one.sources and not one.ingredients for one in ends)


class TestTree:
    def test_depth(self, result):
        assert result.explain("net_present_value", depth=0).ingredients == ()
        one = result.explain("net_present_value", depth=1)
        assert [inner.ingredients for inner in one.ingredients] == [()] * len(one.ingredients)

    @pytest.mark.parametrize("name", ["net_present_value", "ebitda", "operating_cost", "commercial_price_per_batch"])
    def test_going_deeper_takes_nothing_away(self, result, name):
        shallow, deep = (result.explain(name, depth=depth).ingredients for depth in (1, 5))
        assert [one.name for one in shallow] == [one.name for one in deep]

    def test_no_number_is_explained_twice(self, result):
        seen = [(one.name, one.row, one.period) for one in flat(result.explain("net_present_value", depth=30))]
        assert len(seen) == len(set(seen))

    def test_text_is_indented_by_depth(self, result):
        lines = str(result.explain("aid_intensity", depth=1)).splitlines()
        assert lines[0].startswith("Aid intensity = 44.88")  # 50 / 111.4
        assert sum(bool(re.match(r"    \S.* = ", line)) for line in lines) == 2

    def test_as_plain_data(self, result):
        tree = result.explain("aid_intensity", depth=1).as_dict()
        assert [one["name"] for one in tree["ingredients"]] == ["grant_used_total", "total_investment"]
        assert tree["value"] == pytest.approx(50 / 111.4)

    def test_in_swedish(self, result):
        found = result.explain("aid_intensity", language="sv")
        assert plain(found.numbers) == "50,00 mnkr ÷ 111,4 mnkr"


@pytest.mark.parametrize(
    ("name", "row", "period", "said"),
    [
        ("aid_intensty", None, None, "no line or assumption 'aid_intensty'; did you mean 'aid_intensity'"),
        ("asset_cost", "Stokholm unit", None, "no row of asset_cost 'Stokholm unit'; did you mean 'Stockholm unit'"),
        ("revenue", "Matfors", None, "no row of revenue 'Matfors'; known: none"),
        ("revenue", None, "2050-01", "no period '2050-01'"),
        ("revenue", None, "2027", "no period '2027'"),
        ("site_of_platform", None, None, "no line or assumption 'site_of_platform'"),
    ],
)
def test_what_does_not_exist_is_refused(result, name, row, period, said):
    with pytest.raises(UnknownName, match=said):
        result.explain(name, row, period)
