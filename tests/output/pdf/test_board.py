"""The content of the board's page: the numbers of the result, in the reader's language."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import pytest

import hubmodel as hm
from hubmodel.output.pdf.board import OWNER, PUBLIC, bases, board, changes, described, pictures
from hubmodel.text.language import catalogue, label
from hubmodel.text.numbers import NBSP, format_value
from hubmodel.text.wording import signed


def texts(data):
    """Return every text in the data of a template."""
    if isinstance(data, str):
        return [data]
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    return [text for part in inside for text in texts(part)]


def words(lines):
    return set(re.findall(r"[^\W\d_]{2,}", " ".join(lines)))


def drawn(files):
    """Return every text in the pictures."""
    places = "{http://www.w3.org/2000/svg}text"
    return [element.text for picture in files.values() for element in ElementTree.fromstring(picture).iter(places)]


def money(value, language="en"):
    return format_value(value, "SEK", language)


@pytest.fixture(scope="module")
def page(study, simulation):
    return board(study, simulation, "en")[0]


def test_the_verdict_leads_with_its_odds(page, study, simulation):
    assert page["answer"] == list(hm.verdict(study, simulation).lines())
    assert page["description"] == " ".join(page["answer"])
    values = simulation.of("net_present_value")
    below = sum(value < 0 for value in values)
    assert f"({format_value(below / 64, 'share', digits=2)} of 64)" in page["answer"][1]
    ordered = sorted(values / 1e6)
    low, high = (
        float(number.replace("\u2212", "-"))
        for number in re.findall(rf"(\S+){NBSP}MSEK", page["charts"][1]["takeaway"])
    )
    # a tenth of the way from the first to the last of 64 lies between the 7th and the 8th; rounded to whole MSEK
    assert ordered[6] - 0.5 <= low <= ordered[7] + 0.5
    assert ordered[56] - 0.5 <= high <= ordered[57] + 0.5


def test_a_page_without_draws_says_that_there_are_none(study):
    assert board(study, None, "en")[0]["answer"][1] == "How sure this is cannot be said: nothing was drawn."


def test_key_figures_are_those_of_the_result(page, study):
    owner, public = page["figures"]["groups"]
    assert owner["head"] == ["For the owner", "Value"]
    for group, names in ((owner, OWNER), (public, PUBLIC)):
        figures = [study.key_figures[name] for name in names]
        assert group["rows"] == [[figure.title(), format_value(figure.value, figure.unit)] for figure in figures]
    assert 8 <= len(owner["rows"] + public["rows"]) <= 12


def test_every_view_and_every_denominator_is_told(page, study):
    owner, public = (group["note"] for group in page["figures"]["groups"])
    for view, date in (("completion", "2023-10"), ("today", "2026-12")):
        value = hm.run(study.case.with_({"view": view}), solved=False)["net_present_value"]
        assert f"{view} ({date}) {money(value)}" in owner
    # 50 / 107.3, 50 / 73.4 and 50 / 69.3
    assert [f"{share}{NBSP}%" in public for share in ("46.6", "68.1", "72.2")] == [True] * 3


def test_a_denominator_that_gives_the_same_is_not_told(study):
    figures = dict(study.key_figures)
    figures["aid_intensity_recorded"] = dataclasses.replace(figures["aid_intensity"], name="aid_intensity_recorded")
    sentence = bases(dataclasses.replace(study, key_figures=figures), "en")
    assert "44.9" not in sentence
    assert "68.1" in sentence


def test_a_scenario_says_what_it_changes_and_by_how_much(study, without, simulation):
    page = board(without, hm.simulate(without.case, draws=64), "en")[0]
    assert page["scenario"] == "Scenario: Without grant"
    assert page["changes"] == "Changed from the base case: Grant factor 0 (was 1)"
    npv = page["figures"]["groups"][0]["rows"][0]
    # the base case's own value without the grant
    apart = study.key_figures["net_present_value_without_grant"].value - study["net_present_value"]
    assert npv == ["Net present value", money(without["net_present_value"]), signed(apart, "SEK")]
    assert page["answer"][2] == "There is no grant."


def test_without_a_grant_cash_is_one_line(study, without, simulation):
    assert [len(pictures(result, simulation, "en")[0].series) for result in (study, without)] == [2, 1]
    (left,) = pictures(without, simulation, "en")[0].series
    assert left.name == "without the grant"


def test_a_change_of_some_members_names_them(study):
    case = study.case.with_({"enquiries_per_year[mRNA]": 9, "view": "today"})
    was = next(row.value for row in study.case.by_key["enquiries_per_year"] if row.row == "mRNA")
    listed = changes(case, "en").replace(NBSP, " ")
    assert f"Enquiries per year, mRNA 9 project/year (was {was:g} project/year)" in listed
    assert listed.endswith("View today (was decision)")


def test_a_change_of_members_that_differ_does_not_say_what_one_of_them_was(study):
    assert "was" not in changes(study.case.with_({"enquiries_per_year": 9}), "en")


def test_a_figure_without_value_says_why(study, simulation):
    figures = dict(study.key_figures)
    figures["payback_years"] = dataclasses.replace(
        figures["payback_years"], value=None, why="the cumulative flow is negative at the end of the calendar"
    )
    group = board(dataclasses.replace(study, key_figures=figures), simulation, "sv")[0]["figures"]["groups"][0]
    assert ["Återbetalningstid", "saknas"] in group["rows"]
    assert group["note"].endswith("Återbetalningstid: det ackumulerade flödet är negativt när kalendern slutar.")


def test_it_rests_on_the_most_influential_inputs_with_their_grade(page, study):
    rests = page["rests"]
    ranked = hm.tornado(study.case)[:5]
    assert rests["rows"] == [
        [label(influence.key), influence.grade, money(influence.at_low), money(influence.at_high)]
        for influence in ranked
    ]
    counts = [int(number) for number in re.findall(r"\d+", rests["sentence"])]
    assert sum(counts) == len(study.case.rows)
    assert counts[0] == sum(row.grade == "documented" for row in study.case.rows)


def test_checks_say_ok_as_a_word_or_name_what_fails(page, study, simulation):
    assert (page["checks"]["word"], page["checks"]["ok"]) == ("OK", True)
    assert page["checks"]["sentence"].endswith("1 to note: Co-financing each year")
    broken = [dataclasses.replace(check, ok=check.name != "balance_sheet") for check in study.checks]
    failed = board(dataclasses.replace(study, checks=tuple(broken)), simulation, "en")[0]["checks"]
    assert (failed["word"], failed["ok"]) == ("FAILED", False)
    assert "Balance sheet" in failed["sentence"]


def test_it_can_be_made_again(page, study):
    facts = dict(page["provenance"])
    assert facts["Inputs"] == study.case.inputs_hash
    assert facts["Model"] == f"hubmodel {hm.__version__}"
    assert (facts["Case"], facts["Scenario"], facts["View"]) == ("northx", "base case", "decision (2021-10)")
    assert facts["Draws"] == "64 (seed 7)"


@pytest.mark.parametrize("which", ["study", "without"])
def test_no_word_of_ours_is_left_in_english(which, request):
    case = request.getfixturevalue(which).case
    data, files = board(request.getfixturevalue(which), hm.simulate(case, draws=64), "sv")
    data.pop("keywords")
    assert (data.pop("title"), data.pop("summary")) == (case.text_of("title", "sv"), case.text_of("summary", "sv"))
    assert data.pop("scenario") in ("Scenario: grundfall", "Scenario: Utan bidrag")
    shown = {key: value for key, value in data.items() if key not in ("language", "provenance", "charts")}
    shown_texts = [*texts(shown), *drawn(files)]
    shown_texts += [chart[part] for chart in data["charts"] for part in ("title", "takeaway", "alt")]
    shown_texts += [name for name, _ in data["provenance"]]
    phrases = (phrase.replace("{noun}", case.noun["sv"]).upper() for phrase in catalogue("sv").values())
    swedish = words(phrases) | {
        "TKR",
        "SEK",
        *map(str.upper, case.lists["site"]),
    }
    assert words(text.upper() for text in shown_texts) - swedish == set()


def test_a_picture_is_told_by_what_it_looks_like(study, simulation):
    cash, spread = (described(picture, "en") for picture in pictures(study, simulation, "en"))
    assert cash["alt"] == ("Line chart, MSEK, nominal, from 2021-01 to 2040-12: with the grant, without the grant.")
    assert spread["alt"].startswith("Bar chart, MSEK, nominal, from ")
    assert cash["alt"] != cash["takeaway"]


def test_a_case_in_which_nothing_is_drawn_has_a_page_too(study):
    rows = tuple(row.model_copy(update={"low": None, "high": None}) for row in study.case.rows)
    plain = hm.run(dataclasses.replace(study.case, rows=rows))
    data, files = board(plain, None, "en")
    assert data["answer"][1].startswith("How sure this is cannot be said: northx: no input has a range")
    assert data["rests"]["rows"] == []
    assert sorted(files) == ["cash_over_time.svg", "revenue_by_track.svg"]
