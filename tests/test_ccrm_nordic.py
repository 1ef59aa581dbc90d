"""The second case: the money that its documents state, what they contradict, and how little of it they say."""

from dataclasses import replace

import numpy as np
import pytest

import hubmodel as hm
from hubmodel.case.documents import contradictions, documented, documented_lines, plausibility, source_titles
from hubmodel.case.scenario import scenario_names, title_of
from hubmodel.case.sources import verify_quotes
from hubmodel.study.result import evaluate
from hubmodel.text.numbers import parse_number

CASE = hm.load("ccrm-nordic")
FACTS = documented(CASE.folder)
MSEK = 1e6


@pytest.fixture(scope="module")
def result():
    return hm.run(CASE)


def by_year(result, line, row):
    years, rows = result.series(line)
    return {year: amount / MSEK for year, amount in zip(years, rows[row], strict=True) if amount}


def test_the_cluster_gets_25_and_55(result):
    wanted = {"2023": 25, "2024": 55}
    assert by_year(result, "grant_paid", "cluster grant") == pytest.approx(wanted)
    assert by_year(result, "grant_decided", "cluster grant") == pytest.approx(wanted)
    assert by_year(result, "programme_funding", "innovation cluster") == pytest.approx(wanted)


def test_the_programme_by_year(result):
    wanted = {"2025": 35, "2026": 52, "2027": 77.5, "2028": 113}
    assert by_year(result, "programme_funding", "advanced life science programme") == pytest.approx(wanted)
    # 25 + 55 + 35 + 52 + 77.5 + 113 = 357.5
    assert result["programme_funding_total"].sum() == pytest.approx(357.5 * MSEK)
    # as a rule at least an equal share, half for the cluster too
    assert result["programme_co_financing_required"].sum() == pytest.approx(357.5 * MSEK)


def test_public_support_and_what_is_left_for_industry(result):
    # 25 + 55, and four times half of 35
    assert result["grant_total"] == pytest.approx((80 + 4 * 17.5) * MSEK)
    # 160 until 2025, 130 for the plant, 40 until it opens
    assert result["total_investment"] == pytest.approx(330 * MSEK)
    assert result["own_contribution"] == pytest.approx((330 - 150) * MSEK)
    assert result["aid_intensity"] == pytest.approx(150 / 330)
    assert result["public_cost"] == pytest.approx((150 + 2.85) * MSEK)  # and the preparation


def test_the_whole_programme_is_the_upper_bound():
    whole = evaluate(hm.load("ccrm-nordic", "whole-programme"))
    assert whole["grant_total"] == pytest.approx(357.5 * MSEK)
    assert whole["grant_used_total"] == pytest.approx(330 * MSEK)  # no more than was invested
    assert whole["grant_repaid"].sum() == pytest.approx(27.5 * MSEK)  # 357.5 - 330


def test_each_documented_amount_is_a_row():
    named = {FACTS[one]["value"] for one in documented_lines(CASE.folder).values()}
    assert {"25", "55", "35", "52", "77.5", "113", "1"} == named


def test_a_row_that_leaves_its_document_fails_the_check():
    rows = tuple(
        row.model_copy(update={"value": 26.0}) if row.key == "programme_funding" and row.period == "2023" else row
        for row in CASE.rows
    )
    found = {one.name: one for one in hm.run(replace(CASE, rows=rows), solved=False).checks}["documented_totals"]
    assert not found.ok
    assert found.difference == pytest.approx(MSEK)
    assert "programme_funding[innovation cluster] 2023" in found.message


def test_documented_rows_point_to_facts_and_say_what_they_print():
    compared = 0
    for row in CASE.rows:
        if row.grade == "documented":
            fact = FACTS[row.locator]
            assert fact["quote"], row.name
            assert fact["document"] == row.source, row.name
            assert parse_number(fact["value"], row.unit) == pytest.approx(row.value), row.name
            compared += 1
    assert compared == 14  # a date, a rule, and six amounts twice


def test_hardly_anything_is_documented_and_the_case_says_so(result):
    grades = [row.grade for row in CASE.rows]
    assert grades.count("documented") / len(grades) < 0.05
    assert f"14 of {len(grades)} inputs are documented" in result.basis()
    assert "Hardly anything else about it is documented" in CASE.summary
    assert "they give no price, volume" in result.conventions["documents"]


def test_every_quote_has_at_most_twelve_words_and_a_section():
    quoted = [*FACTS.values(), *contradictions(CASE.folder)]
    assert [one["id"] for one in quoted if not 1 <= len(one["quote"].split()) <= 12 or not one["section"]] == []
    assert {one["document"] for one in quoted} <= source_titles().keys()


def test_a_quote_that_does_not_stand_in_its_document_is_named(tmp_path):
    quoted = [*FACTS.values(), *contradictions(CASE.folder)]
    for name in {one["document"] for one in quoted}:
        said = [source_titles()[name]["phrase"], *(one["quote"] for one in quoted if one["document"] == name)]
        (tmp_path / f"{name}.txt").write_text("\n\n".join(said), encoding="utf-8")
    assert verify_quotes(CASE, tmp_path).missing == ()
    path = tmp_path / "government-2023-cluster.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("25 miljoner", "26 miljoner"), encoding="utf-8")
    assert [place for place, _ in verify_quotes(CASE, tmp_path).missing] == ["D009"]


def test_each_contradiction_has_versions_and_one_that_is_used():
    questions: dict[str, list[dict[str, str]]] = {}
    for row in contradictions(CASE.folder):
        questions.setdefault(row["question"], []).append(row)
    assert len(questions) == 5
    for question, versions in questions.items():
        assert [one["used"] for one in versions].count("yes") == 1, question
        assert len({one["value"] for one in versions}) == len(versions) >= 2, question
        assert all(one["reason"] for one in versions), question


def test_its_lists_are_its_own():
    assert CASE.lists["site"] == ("Mölndal",)
    assert [suite for suite in CASE.lists["suite"] if "BSL" in suite] == []
    assert "commercialisation programme" in CASE.lists["course"]  # a service without a suite
    assert CASE.lists["loan"] == ()
    assert CASE.lists["suite"] != hm.load("northx").lists["suite"]


@pytest.mark.parametrize("name", scenario_names(CASE))
def test_every_scenario_has_a_title_and_a_reason_for_each_change(name):
    title, why = title_of(CASE, name)
    case = hm.load("ccrm-nordic", name)
    assert title != name
    assert why.endswith(".")
    assert case.overrides
    assert [one.name for one in case.overrides if not one.reason] == []
    assert case.inputs_hash != CASE.inputs_hash


def test_scenarios_say_what_their_names_promise(result):
    runs = {name: evaluate(hm.load("ccrm-nordic", name)) for name in scenario_names(CASE)}
    assert runs["without-grant"]["grant_total"] == 0
    assert runs["without-programme-support"]["grant_total"] == pytest.approx(80 * MSEK)
    assert runs["co-financing-falls-short"]["grant_total"] == pytest.approx((80 + 4 * 8.75) * MSEK)
    assert np.min(runs["co-financing-falls-short"]["free_cash"]) < 0 <= np.min(result["free_cash"]) + 1
    np.testing.assert_allclose(
        runs["half-demand"]["innovation_projects_started"], result["innovation_projects_started"] / 2
    )
    assert runs["opening-a-year-late"]["opening_date"] == pytest.approx(2028.5)
    assert runs["work-for-research"]["commercial_batches"].sum() < result["commercial_batches"].sum()
    assert runs["work-for-research"]["innovation_batches"].sum() > result["innovation_batches"].sum()
    # support of either kind is worth something, and all of the programme more than half of its first year
    values = [runs[name]["net_present_value"] for name in ("without-grant", "without-programme-support")]
    values += [result["net_present_value"], runs["whole-programme"]["net_present_value"]]
    assert values == sorted(values)


def test_the_base_case_keeps_to_the_bands_of_its_kind(result):
    bands = {f"plausible_{one['key']}" for one in plausibility(CASE.folder)}
    assert len(bands) == 4
    assert [one.message for one in result.checks if one.name in bands and one.message] == []
