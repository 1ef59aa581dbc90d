"""Scenarios: the same as TOML, as an object and as an address."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubmodel as hm
from hubmodel.case.scenario import (
    apply_scenario,
    differing_keys,
    from_query,
    scenario_names,
    title_of,
    to_query,
    to_toml,
)
from hubmodel.errors import InputError, UnknownName

CASE = hm.load("northx")
SHIPPED = scenario_names(CASE)
CHANGES = {
    "commercial_margin": 0.3,
    "enquiries_per_year[mRNA]": 9.0,
    "view": "today",
    "repayment_deadline": "2023-03-31",
    "asset_cost[Stockholm unit]": "40 mnkr",
    "operating_days[Stockholm BSL-3 suite]": 200.0,
}


def there_and_back(case):
    """Restore a case from its address."""
    return CASE.with_overrides(from_query(to_query(case.overrides)))


def test_the_scenarios_that_are_asked_for_are_shipped():
    wanted = """grant-as-decided without-grant low-utilisation high-utilisation equipment-delay commercial-heavy
        innovation-heavy pandemic-surge-2029 no-progression failed-batches-unpaid repayment-deadline-2023"""
    assert set(wanted.split()) <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_changes_what_it_names_and_says_why(name):
    content = tomllib.loads((CASE.folder / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))
    case = apply_scenario(CASE, name)
    assert set(differing_keys(CASE, case)) == {key.partition("[")[0] for key in content["set"]}
    assert [override.reason for override in case.overrides] == [change["reason"] for change in content["set"].values()]
    assert (case.scenario, title_of(CASE, name)) == (name, (content["title"], content["why"]))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_comes_back_from_its_file_and_its_address(name, tmp_path):
    case = apply_scenario(CASE, name)
    hm.write_scenario(case, tmp_path / "again.toml", title="Again")
    assert apply_scenario(CASE, str(tmp_path / "again.toml")).inputs_hash == case.inputs_hash
    assert there_and_back(case).inputs_hash == case.inputs_hash


def test_changes_of_every_kind_come_back(tmp_path):
    case = CASE.with_(CHANGES, 'a "reason" with \\ and å\nand a line')
    hm.write_scenario(case, tmp_path / "own.toml", title="Own", why="why")
    again = apply_scenario(CASE, str(tmp_path / "own.toml"))
    assert again.overrides == case.overrides
    assert again.inputs_hash == case.inputs_hash == there_and_back(case).inputs_hash
    assert tomllib.loads((tmp_path / "own.toml").read_text(encoding="utf-8"))["title"] == "Own"


@given(st.floats(0, 0.9), st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), min_size=1))
def test_any_value_and_reason_come_back_exactly(value, reason):
    case = CASE.with_({"commercial_margin": value}, reason)
    (change,) = tomllib.loads(to_toml(case))["set"].values()
    assert change == {"value": value, "reason": reason}
    assert there_and_back(case).inputs_hash == case.inputs_hash


def test_a_date_may_be_written_as_toml_does(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[set]\nrepayment_deadline = { value = 2023-03-31, reason = "as first decided" }', encoding="utf-8")
    text = CASE.with_({"repayment_deadline": "2023-03-31"})
    assert apply_scenario(CASE, str(path)).inputs_hash == text.inputs_hash


def test_the_base_case_has_an_empty_address_and_file():
    assert to_query(CASE.overrides) == ""
    assert tomllib.loads(to_toml(CASE))["set"] == {}


def test_a_scenario_comes_on_top_of_other_changes():
    case = apply_scenario(CASE.with_({"commercial_margin": 0.3}), "without-grant")
    assert case.inputs_hash == CASE.with_({"commercial_margin": 0.3, "grant_factor": 0}).inputs_hash


def test_what_differs_is_named_in_the_order_of_the_data():
    margin = CASE.by_key["commercial_margin"][0].value  # as it was
    case = CASE.with_({"tax_rate": 0.25, "view": "today", "commercial_margin": margin})
    assert differing_keys(CASE, case) == ["view", "tax_rate"]


def test_the_order_of_setting_does_not_matter():
    names = list(CHANGES)
    backwards = CASE.with_({name: CHANGES[name] for name in reversed(names)})
    assert differing_keys(backwards, CASE.with_(CHANGES)) == []


def test_loading_with_a_scenario_is_applying_it():
    assert hm.load("northx", "without-grant").inputs_hash == apply_scenario(CASE, "without-grant").inputs_hash


def test_an_unknown_scenario():
    with pytest.raises(UnknownName, match="no scenario 'witout-grant'; did you mean 'without-grant'"):
        hm.load("northx", "witout-grant")


# Quotes are kept with a scenario and are no input of the case.

QUOTES = (
    hm.Quote("Pilot", "mRNA", "2027-01", "2027-07", reason="enquiry of a university", batches=3, batches_per_month=0.5,
             academic=True),
    hm.Quote('A "second" one', "plasmid DNA", "2028-01", "2028-02", reason="asked å by\na firm", currency="EUR",
             development_hours=1800.5, development_months=6, exchange_rate=11.5, rate_move=-0.1),
)  # fmt: skip


@pytest.mark.parametrize("changes", [{}, CHANGES])
def test_quotes_come_back_with_their_scenario(changes, tmp_path):
    case = CASE.with_(changes, "because").with_quotes(QUOTES)
    hm.write_scenario(case, tmp_path / "offers.toml", title="Offers")
    again = apply_scenario(CASE, str(tmp_path / "offers.toml"))
    assert again.quotes == QUOTES
    assert again.overrides == case.overrides
    assert [quote.hash for quote in again.quotes] == [quote.hash for quote in QUOTES]


def test_a_quote_is_no_input_of_the_case():
    case = CASE.with_quotes(QUOTES)
    assert case.inputs_hash == CASE.inputs_hash
    assert case.with_({"commercial_margin": 0.3}).quotes == QUOTES
    assert case.with_({"commercial_margin": 0.3}).inputs_hash == CASE.with_({"commercial_margin": 0.3}).inputs_hash
    assert to_toml(CASE.with_({"commercial_margin": 0.3})) in to_toml(case.with_({"commercial_margin": 0.3}))


def test_a_quote_of_the_same_name_replaces_the_earlier_one():
    other = hm.Quote("Pilot", "mRNA", "2028-01", "2028-07", batches=1, batches_per_month=1)
    assert CASE.with_quotes(QUOTES).with_quotes((other,)).quotes == (other, QUOTES[1])


def test_a_quote_is_found_by_its_name():
    case = CASE.with_quotes(QUOTES)
    assert (case.quoted("Pilot"), CASE.with_quotes(QUOTES[:1]).quoted()) == (QUOTES[0], QUOTES[0])
    with pytest.raises(UnknownName, match="no quote 'Pilott'; did you mean 'Pilot'"):
        case.quoted("Pilott")
    with pytest.raises(InputError, match=r"holds 2 quotes .*; name the one that is meant"):
        case.quoted()


PILOT = '[[quote]]\nname = "Pilot"\nplatform = "mRNA"\nsigned = "2027-01"\nstart = "2027-07"\nbatches = "3"\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PILOT + "batches_per_month = 1", "own.toml: quote 'Pilot': lacks a reason; say why it is quoted"),
        (
            PILOT + 'reason = "x"',
            "own.toml: the quote 'Pilot' does not hold: has batches but no pace; say batches_per_month",
        ),
        ((PILOT + 'batches_per_month = 1\nreason = "x"\n') * 2, "own.toml: quote 'Pilot': stands twice"),
        ("quote = 3", r"own.toml: quote must be tables of terms, got 3; write \[\[quote\]\] above each"),
    ],
)
def test_a_quote_that_a_file_gives_wrongly_is_refused(content, expected, tmp_path):
    (tmp_path / "own.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        apply_scenario(CASE, str(tmp_path / "own.toml"))
