"""Several cases together: each krona of public money and each project once, capacity side by side, refusals."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace

import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.documents import documented
from hubmodel.case.reading import case_names, data_folder
from hubmodel.errors import InputError, UnknownName
from hubmodel.portfolio.capacity import DEVELOPMENT
from hubmodel.portfolio.money import OWN, STATUSES, PublicMoney, allotted_once, counted_once, public_money
from hubmodel.portfolio.projects import Handover, handovers
from hubmodel.text.language import translate

MSEK = 1e6
MONEY, HANDOVERS = (",".join(kind.columns()) for kind in (PublicMoney, Handover))


def run(name, **changes):
    return hm.run(hm.load(name).with_({"period": "year", **changes}), solved=False)


@pytest.fixture(scope="module")
def results():
    return run("northx"), run("ccrm-nordic")


@pytest.fixture(scope="module")
def both(results):
    return hm.portfolio(*results)


@pytest.fixture
def copied(tmp_path):
    """Copy a case, with other rows of public money or handovers."""

    def copy(name, start="northx", **files):
        folder = shutil.copytree(data_folder() / start, tmp_path / name)
        for file, rows in files.items():
            head = {"public_money": MONEY, "handovers": HANDOVERS}[file]
            (folder / f"{file}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return str(folder)

    return copy


@pytest.fixture
def command(capsys, monkeypatch):
    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", "portfolio", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code or 0, *capsys.readouterr()

    return call


HANDED = "chain,,northx,mRNA,0.5,share,0.1,0.6,,,assumption,to try it"


def known(found, name):
    return next(measure for measure in found if measure.name == name)


# ---- public money ----


def test_public_money_by_year_as_the_documents_have_it(both):
    by_status = {status: {year: amount / MSEK for year, amount in counted_once(both.measures, status).items()}
                 for status in STATUSES}  # fmt: skip
    assert by_status == {
        "decided": {2021: 39, 2022: 2.85, 2023: 25, 2025: 35},  # analysis 4 + hub 21 + 14; Swelife; cluster; programme
        "planned": {2022: 15, 2024: 55, 2026: 52, 2027: 77.5, 2028: 113},
        "paid": {2021: 14, 2022: 36},
    }


def test_each_krona_is_counted_once(both):
    # analysis 4, hub 21 + 14 + 15, preparation 2.85, cluster 25 + 55, programme 35 + 52 + 77.5 + 113
    assert allotted_once(both.measures) == pytest.approx((4 + 50 + 2.85 + 80 + 277.5) * MSEK)
    announced = known(both.measures, "financing announced for the cluster")
    assert announced.within == "innovation cluster"
    assert announced.allotted == known(both.measures, "innovation cluster").allotted == 80 * MSEK


def test_what_was_paid_is_no_more_money_than_what_was_decided(both):
    hub = known(both.measures, "innovation hub")
    assert [hub.total(status) / MSEK for status in STATUSES] == [35, 15, 50]
    assert hub.allotted == 50 * MSEK
    only_paid = replace(hub, rows=tuple(row for row in hub.rows if row.status == "paid"))
    assert only_paid.allotted == 50 * MSEK


def test_what_the_cases_have_in_their_books_comes_from_their_runs(results, both):
    assert known(both.measures, "innovation hub").booked == pytest.approx({"northx": 50 * MSEK})
    # half of the first year's 35, four times
    support = {"ccrm-nordic": 70 * MSEK}
    assert known(both.measures, "advanced life science programme").booked == pytest.approx(support)
    assert both.unstated == {}
    halved = hm.portfolio(run("northx", grant_factor=0.5), results[1])
    assert known(halved.measures, "innovation hub").booked == pytest.approx({"northx": 25 * MSEK})


def test_a_measure_that_two_cases_name_is_one(copied, results):
    twin = hm.portfolio(results[0], run(copied("twin")))
    assert allotted_once(twin.measures) == 54 * MSEK  # 4 + 50, not 108
    assert known(twin.measures, "innovation hub").booked == pytest.approx({"northx": 50 * MSEK, "twin": 50 * MSEK})


def test_grants_that_no_row_explains_are_named(copied, results):
    silent = run(copied("silent", public_money=[]))
    assert hm.portfolio(silent, results[1]).unstated == pytest.approx({"silent": 50 * MSEK})


@pytest.mark.parametrize("name", case_names())
def test_documented_money_has_the_quote_of_its_fact(name):
    case = hm.load(name)
    facts = documented(case.folder)
    rows = public_money(case)
    assert [row.where for row in rows if row.grade == "documented" and row.quote != facts[row.locator]["quote"]] == []
    assert [row.where for row in rows if row.grade == "documented" and not row.quote] == []
    assert (len(rows) == 0) == (name == "template")


# ---- leverage ----


def test_leverage_is_money_of_others_for_each_public_krona(both):
    # (61.4 + 180) / (50 + 150)
    assert (both.leverage.other, both.leverage.public) == pytest.approx((241.4 * MSEK, 200 * MSEK))
    assert known(both.figures, "leverage").together == pytest.approx(241.4 / 200)


def test_public_money_in_an_owners_part_changes_sides(copied, results):
    row = f"regional support,Region,decided,2023,10,MSEK,,{OWN},,,assumption,to try it"
    found = hm.portfolio(results[1], run(copied("regional", public_money=[row]))).leverage
    # others: 180 + 61.4 - 10; public: 150 + 50 + 10
    assert (found.other, found.public) == pytest.approx((231.4 * MSEK, 210 * MSEK))


def test_a_grant_of_one_case_is_no_co_financing_of_another(copied, results):
    rows = ["innovation cluster,Government of Sweden,{},{},{},MSEK,,{},,,assumption,to try it"]
    given = [rows[0].format(status, year, amount, OWN)
             for status, year, amount in (("decided", 2023, 25), ("planned", 2024, 55))]  # fmt: skip
    found = hm.portfolio(results[1], run(copied("partner", public_money=given))).leverage
    # the 80 are in the cluster's 150 already: others 180 + 61.4 - 80, public 150 + 50
    assert (found.other, found.public) == pytest.approx((161.4 * MSEK, 200 * MSEK))


def test_without_public_money_there_is_no_leverage():
    found = known(hm.portfolio(run("northx", grant_factor=0), run("ccrm-nordic", grant_factor=0)).figures, "leverage")
    assert (found.together, found.why) == (None, "no case uses public money")


# ---- side by side ----


def test_amounts_add_up_and_shares_do_not(both):
    assert known(both.figures, "total_investment").together == pytest.approx((111.4 + 330) * MSEK)
    assert known(both.figures, "own_contribution").together == pytest.approx((61.4 + 180) * MSEK)
    share = known(both.figures, "aid_intensity")
    assert share.values == pytest.approx((50 / 111.4, 150 / 330))
    assert (share.together, share.why) == (None, "a share of each case, which has no sum")


def test_values_seen_from_different_days_are_not_added(both):
    apart = known(both.figures, "net_present_value")
    assert apart.together is None
    assert "--set view=today" in apart.why
    assert translate(apart.why, "sv").startswith("fallen ses från olika dagar")
    together = known(hm.portfolio(run("northx", view="today"), run("ccrm-nordic", view="today")).figures, apart.name)
    assert together.together == pytest.approx(sum(together.values))


# ---- projects ----


def test_a_project_that_is_handed_on_is_counted_once(results, both):
    started = {result.case.name: result["innovation_projects_started"].sum() for result in results}
    cluster = results[1]
    platforms = cluster.case.lists["platform"]
    vectors = sum(cluster["innovation_projects_started"][platforms.index(name)].sum()
                  for name in ("lentiviral vectors", "AAV vectors"))  # fmt: skip
    assert sum(both.projects.once.values()) == pytest.approx(sum(started.values()) - 0.15 * vectors)
    counted = [(handover.link.giver, handover.receiver) for handover in both.projects.handed_on if handover.counted]
    assert counted == [("northx", "ccrm-nordic")] * 2


def test_projects_from_a_giver_outside_the_portfolio_are_shown_and_not_taken_off(results, copied):
    alone = hm.portfolio(results[1], run(copied("other", handovers=[])))
    assert {handover.link.giver for handover in alone.projects.handed_on} == {"northx"}
    assert [handover for handover in alone.projects.handed_on if handover.counted] == []
    assert alone.projects.twice == {}


def test_handed_on_is_the_share_of_what_the_receiver_starts(copied, results):
    rows = [HANDED.replace("northx,mRNA,0.5", given) for given in ("ccrm-nordic,,0.1", "ccrm-nordic,mRNA,0.2")]
    rows = [row.replace("0.1,0.6", ",") for row in rows]
    hub = run(copied("hub", handovers=rows))
    found = hm.portfolio(results[1], hub).projects
    started = hub["innovation_projects_started"]
    # a tenth of all, and a fifth of mRNA, the first platform
    assert sum(found.twice.values()) == pytest.approx(0.1 * started.sum() + 0.2 * started[0].sum())


def test_a_project_that_a_case_had_before_the_giver_is_counted_once_too(copied, results):
    row = HANDED.replace("chain,,northx,mRNA,0.5,share,0.1,0.6", "chain,ccrm-nordic,elsewhere,mRNA,0.5,share,,")
    hub = run(copied("hub", handovers=[row]))
    found = hm.portfolio(results[1], hub).projects
    assert sum(found.twice.values()) == pytest.approx(0.5 * hub["innovation_projects_started"][0].sum())


def test_the_chains_from_test_bed_to_cluster_and_of_mrna(both):
    assert both.projects.chains == {
        "test bed to cluster": (("Testa Center", "northx", "ccrm-nordic"),),
        "three levels of mRNA": (("Karolinska Institutet", "Vecura", "northx"),),
    }


def test_a_chain_may_branch_and_begin_in_several_places(copied, results):
    rows = [f"test bed to cluster,,{giver},,0.1,share,,,,,assumption,x" for giver in ("Testa Center", "Oslo")]
    found = hm.portfolio(*results, run(copied("mine", handovers=rows))).projects
    assert found.chains["test bed to cluster"] == (
        ("Testa Center", "northx", "ccrm-nordic"),
        ("Testa Center", "mine"),
        ("Oslo", "mine"),
    )


# ---- capacity ----


def test_what_both_offer(results, both):
    assert [overlap.kind for overlap in both.overlaps] == ["viral vectors", DEVELOPMENT]
    hub, cluster = both.overlaps[0].offers
    assert (hub.platforms, cluster.platforms) == (("viral vectors",), ("lentiviral vectors", "AAV vectors"))
    assert cluster.suites == ("viral vector suite",)  # two platforms, one suite, counted once
    at = results[1].case.lists["suite"].index("viral vector suite")
    years, _ = results[1].series("suite_days_open")
    for name, line in (("open", "suite_days_open"), ("used", "suite_days_used")):
        days = dict(zip(map(int, years), results[1][line][at], strict=True))
        assert getattr(cluster, name) == pytest.approx(days)


def test_what_is_free_is_what_is_not_used(both):
    for offer in (offer for overlap in both.overlaps for offer in overlap.offers):
        for year, days in offer.free.items():
            assert days == pytest.approx(offer.open[year] - offer.used[year])


def test_days_of_a_surge_are_used_once(copied):
    surged = hm.run(hm.load("northx", "pandemic-surge-2029"), solved=False)
    assert surged.series("suite_days_surged")[1]["Matfors mRNA suite"][2029 - 2021] > 0
    found = {overlap.kind: overlap.offers for overlap in hm.portfolio(surged, run(copied("other"))).overlaps}
    offer = found["mRNA"][0]
    assert offer.suites == ("Matfors mRNA suite",)
    assert offer.free[2029] == pytest.approx(offer.open[2029] - offer.used[2029], abs=1e-6)


def test_platforms_of_different_kinds_do_not_overlap(copied, results):
    folder = copied("other", "ccrm-nordic")
    path = data_folder().joinpath(folder, "case.toml")
    path.write_text(re.sub(r"\[kinds\]\n(.+\n)+", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert [overlap.kind for overlap in hm.portfolio(results[0], run(folder)).overlaps] == [DEVELOPMENT]


# ---- refusals ----


def test_two_cases_or_more(results, command):
    with pytest.raises(InputError, match="a portfolio takes two cases or more, got 1; name them"):
        hm.portfolio(results[0])
    assert command("northx")[0] == 2
    assert command()[2] == "a portfolio takes two cases or more, got 0; name them, as in northx ccrm-nordic\n"


def test_one_case_twice(results, command):
    with pytest.raises(InputError, match="northx and northx are one case, which would be counted twice; name it once"):
        hm.portfolio(results[0], run("northx", grant_factor=0))
    assert command("northx", data_folder() / "northx")[0] == 2


def test_two_folders_of_one_name(copied, command):
    assert command("northx", copied("northx"))[2].endswith("have the same name; rename one of the folders\n")


def test_two_currencies_name_both_cases_the_rule_and_the_cure(copied, command, results):
    folder = copied("plant")
    path = data_folder().joinpath(folder, "case.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('currency = "SEK"', 'currency = "EUR"'), encoding="utf-8")
    code, out, err = command("northx", folder)
    assert (code, out) == (2, "")
    rule = "a portfolio adds up amounts of one currency, so convert those of one case and change currency in its"
    assert err == f"northx is in SEK and {folder} in EUR; {rule} case.toml\n"
    foreign = replace(results[1], case=replace(results[1].case, currency="EUR"))
    with pytest.raises(InputError, match="northx is in SEK and ccrm-nordic in EUR"):
        hm.portfolio(results[0], foreign)


def test_an_unknown_case(command):
    assert command("northx", "ccrm")[0::2] == (2, "no case 'ccrm'; known: ccrm-nordic, northx, template\n")


def test_a_scenario_of_a_case_that_is_not_named(command):
    arguments = ("northx", "ccrm-nordic", "--scenario", "template=without-grant")
    assert command(*arguments)[2] == "no case of the portfolio 'template'; known: ccrm-nordic, northx\n"
    assert command("northx", "ccrm-nordic", "--scenario", "northx")[2].startswith(
        "--scenario 'northx' must be key=value"
    )


GOOD = "hub,Vinnova,decided,2021,50,MSEK,,hub grant,,,assumption,to try it"


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (GOOD.replace("decided", "promised"), "line 2: status must be one of decided, planned, paid, got 'promised'"),
        (GOOD.replace("50,MSEK", "fifty,MSEK"), "line 2: value must be a number with a decimal point, got 'fifty'"),
        (GOOD.replace("50,MSEK", "-50,MSEK"), "line 2: must not be negative, got -50 MSEK; give a positive number"),
        (GOOD.replace("MSEK", "year"), "line 2: must be an amount in SEK, kSEK or MSEK, got 'year'; change the unit"),
        (GOOD.replace("MSEK", "MEUR"), "line 2: unit 'MEUR': 'MEUR' is not known"),
        (GOOD.replace("hub grant", "hub gant"), "line 2: no grant 'hub gant'; did you mean 'hub grant'"),
        (GOOD.replace("to try it", ""), "line 2: is an assumption without a note; say why this value"),
        (GOOD.replace(",,,assumption", ",,,published"), "is graded published without a source; name it"),
        (GOOD.replace(",,,assumption", ",vinova,,published"), "line 2: no source 'vinova'; known"),
        (
            GOOD.replace(",,,assumption", ",vinnova-2023-final-report,D999,documented"),
            "line 2: no documented fact from vinnova-2023-final-report 'D999'",
        ),
        (
            GOOD.replace(",,,assumption", ",vinnova-2023-final-report,D007,documented"),
            "line 2: hub is 50 MSEK, but D007 states 14 MSEK; write what the document says",
        ),
        (
            GOOD.replace(",,,assumption", ",vinnova-2023-final-report,D018,documented"),
            "line 2: hub is 50 MSEK, but D018 states 2021-04278 reference; write what the document says",
        ),
        (GOOD.replace("MSEK,,", "MSEK,programme,"), "no measure that 'hub' lies within 'programme'"),
        (GOOD.replace("MSEK,,", "MSEK,hub,"), "'hub' lies within 'hub', which is a part itself; name the outermost"),
    ],
)
def test_a_bad_row_of_public_money_is_one_clear_line(row, match, copied, results):
    with pytest.raises((InputError, UnknownName), match=re.escape(match)) as refused:
        hm.portfolio(run(copied("mine", public_money=[row])), results[1])
    assert translate(refused.value.message, "sv") != str(refused.value)


def test_every_bad_row_is_named_at_once(copied):
    rows = [GOOD.replace("decided", "promised"), GOOD, GOOD.replace("50,", "x,")]
    with pytest.raises(InputError) as refused:
        public_money(hm.load(copied("mine", public_money=rows)))
    assert [re.search(r"line \d", line)[0] for line in str(refused.value).splitlines()] == ["line 2", "line 4"]


def test_two_cases_that_state_different_amounts_for_one_measure(copied, results):
    with pytest.raises(InputError, match="northx and mine state different amounts for 'innovation hub'; one measure"):
        hm.portfolio(results[0], run(copied("mine", public_money=[f"innovation {GOOD}"])))


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (
            [HANDED.replace("0.5,share,0.1,0.6", "50,share,,")],
            "line 2: must be a share between 0 and 1, got 50; write 50 % as 0.5",
        ),
        ([HANDED.replace("0.5", "half")], "line 2: value must be a number with a decimal point, got 'half'"),
        ([HANDED.replace("share", "project")], "line 2: unit must be one of share, got 'project'"),
        ([HANDED.replace("0.1,0.6", "0.6,0.7")], "line 2: must lie in its range, got 0.6 <= 0.5 <= 0.7"),
        ([HANDED.replace("mRNA", "mRMA")], "line 2: no platform 'mRMA'; did you mean 'mRNA'"),
        ([HANDED, HANDED.replace("chain", "b").replace("0.5", "0.6")], "shares of mRNA add up to 1.1, more than all"),
        ([HANDED.replace("mRNA,0.5,share,0.1,0.6", ",1,share,,")], "would hand on"),
        ([HANDED.replace("chain,", "chain,mine")], "'chain' runs in a circle, "),
    ],
)
def test_a_bad_handover_is_one_clear_line(rows, match, copied, results):
    hub = run("northx", volume_factor=0.1) if match == "would hand on" else results[0]
    with pytest.raises(InputError, match=re.escape(match)) as refused:
        hm.portfolio(hub, run(copied("mine", handovers=rows)))
    assert translate(refused.value.message, "sv") != str(refused.value)


def test_a_kind_of_an_unknown_platform(copied, results):
    folder = copied("mine", "ccrm-nordic")
    path = data_folder().joinpath(folder, "case.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('"AAV vectors" = "viral', '"AAV" = "viral'), "utf-8")
    with pytest.raises(InputError, match=re.escape("mine/case.toml: [kinds]: no platform 'AAV'")):
        hm.portfolio(results[0], run(folder))


@pytest.mark.parametrize("name", case_names())
def test_shipped_handovers_are_read_and_say_where_they_come_from(name):
    assert [row.where for row in handovers(hm.load(name)) if not (row.source and row.note)] == []


# ---- the command ----


def test_csv_has_a_row_for_each_number(command, both):
    code, out, _ = command("northx", "ccrm-nordic", "--set", "period=year", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    paid = [row for row in rows if row["name"] == "each krona once: paid"]
    assert {row["year"]: float(row["value"]) for row in paid} == {"2021": 14 * MSEK, "2022": 36 * MSEK}
    once = [float(row["value"]) for row in rows if (row["section"], row["case"]) == ("projects", "together")]
    assert once == pytest.approx(list(both.projects.once.values()))


def test_a_scenario_of_one_case(command):
    arguments = ("--scenario", "northx=without-grant", "--format", "json")
    found = json.loads(command("northx", "ccrm-nordic", *arguments)[1])
    assert [case["scenario"] for case in found["cases"]] == ["without-grant", "base case"]
    assert found["figures"]["grant_total"]["values"] == pytest.approx([0, 150 * MSEK])


def test_people_read_the_definition_with_the_number(command):
    _, out, _ = command("northx", "ccrm-nordic", "--set", "period=year")
    shown = out.replace("\u00a0", " ")
    assert "leverage 1.21: 241.4 MSEK of others in the investment, beside 200.0 MSEK of public money" in shown
    assert "test bed to cluster: Testa Center → northx → ccrm-nordic" in shown
    assert "not published what was paid of: capacity analysis" in shown
