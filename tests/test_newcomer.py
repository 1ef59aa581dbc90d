"""The newcomer's test: "add software licences" touches rows, one function and one ingredient, and nothing else.

Table, explanation, checks, influence and bridge pick it up untouched.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hubmodel
from hubmodel.case.reading import data_folder

PACKAGE = Path(hubmodel.__file__).parent
NEW = "software_licences"
ROWS = """software_licence_cost,Matfors,,0.6,MSEK/year,0.4,0.9,,2024,,,assumption,Batch records; range: judgement
software_licence_cost,Stockholm,,0.4,MSEK/year,0.3,0.6,,2024,,,assumption,Half as many users; range: judgement
"""
FUNCTION = '''

def software_licences(
    software_licence_cost: SEKPerYear, open_share: Share, period_length: Years, price_index: Index
) -> SEK:
    """Licences for software, by site."""
    return software_licence_cost * open_share * period_length * price_index
'''
ASK = """
import json, hubmodel as hm
case = hm.load("northx")
study = hm.run(case)
change = {"software_licence_cost[Stockholm]": 0.5} if "software_licence_cost" in case.by_key else {}
table = study.table("income")
found = study.explain("operating_cost", row="Matfors", period="2030-06", depth=2)
print(json.dumps({
    "lines": {name: value.tolist() for name, value in study.values.items()},
    "affected": sorted(case.model.affected(["software_licences"])) if "software_licences" in case.model.lines else [],
    "table": {at: row.tolist() for at, row in zip(table.index, table.to_numpy())},
    "explained": found.as_dict(),
    "checks": {one.name: one.ok for one in study.checks},
    "influence": [one.key for one in hm.tornado(case)],
    "bridge": [one.key for one in hm.bridge(case, case.with_(change)).steps],
    "inputs": sorted(case.by_key),
    "figures": sorted(study.key_figures),
    "price_index": study["price_index"].tolist(),
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(PACKAGE, root / "hubmodel", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(data_folder(), root / "data")
    return root


def ask(root, source=ASK):
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        encoding="utf-8",
    )


def answers(root):
    done = ask(root)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def steps(copy):
    """What the hub says before, what the loader says in between, and what the hub says after."""
    before = answers(copy)
    lines = copy / "hubmodel" / "lines" / "cost.py"
    text = lines.read_text(encoding="utf-8")
    assert text.count("    opportunity_cost: SEK,\n    training_cost: SEK,\n") == 1
    assert text.count("        + opportunity_cost\n        + training_cost\n") == 1
    text = text.replace(
        "    opportunity_cost: SEK,\n    training_cost: SEK,\n",
        "    opportunity_cost: SEK,\n    software_licences: SEK,\n    training_cost: SEK,\n",
    )
    text = text.replace(
        "        + opportunity_cost\n        + training_cost\n",
        "        + opportunity_cost\n        + software_licences\n        + training_cost\n",
    )
    lines.write_text(text + FUNCTION, encoding="utf-8")
    lacking = ask(copy, "import hubmodel as hm\ntry: hm.load('northx')\nexcept hm.HubmodelError as error: print(error)")
    data = copy / "data" / "northx" / "cost.csv"
    data.write_text(data.read_text(encoding="utf-8") + ROWS, encoding="utf-8")
    return before, lacking.stdout, answers(copy)


def test_the_loader_names_a_case_that_lacks_the_rows(steps):
    assert steps[1] == "northx/cost.csv: lacks 'software_licence_cost' [SEK/year]; add a row for it\n"


def test_the_line_is_its_rows_at_the_prices_of_the_day(steps):
    _, _, after = steps
    june_2030 = 9 * 12 + 5
    index = after["price_index"][0][june_2030]
    matfors, stockholm = (row[june_2030] for row in after["lines"][NEW])
    assert matfors == pytest.approx(600_000 / 12 * index)  # 0.6 MSEK a year, a month of it
    assert stockholm == pytest.approx(400_000 / 12 * index)


def test_operating_cost_rises_by_it_and_by_nothing_else(steps):
    before, _, after = steps
    for site, licences in enumerate(after["lines"][NEW]):
        old, new = before["lines"]["operating_cost"][site], after["lines"]["operating_cost"][site]
        assert new == pytest.approx([cost + one for cost, one in zip(old, licences, strict=True)], rel=1e-12)


def test_only_what_lies_behind_it_moves(steps):
    before, _, after = steps
    assert set(after["lines"]) == {*before["lines"], NEW}
    text = {name: json.dumps(value) for name, value in before["lines"].items()}
    moved = {name for name, value in text.items() if value != json.dumps(after["lines"][name])}
    assert moved <= set(after["affected"])
    assert {"operating_cost", "ebitda", "net_present_value", "cash"} <= moved


def test_the_income_statement_shows_it(steps):
    before, _, after = steps
    assert set(after["table"]) - set(before["table"]) == {"Software licences"}
    labels = list(after["table"])
    assert labels.index("Revenue") < labels.index("Software licences") < labels.index("Operating cost")
    of_sites = [sum(month) for month in zip(*after["lines"][NEW], strict=True)]
    assert after["table"]["Software licences"][9] == pytest.approx(sum(of_sites[108:120]))


def test_the_explanation_leads_to_its_row(steps):
    _, _, after = steps
    found = after["explained"]
    assert "+ software licences" in found["words"]
    (licences,) = (one for one in found["ingredients"] if one["name"] == NEW)
    assert licences["doc"] == "Licences for software, by site."
    (cost,) = (one for one in licences["ingredients"] if one["name"] == "software_licence_cost")
    assert cost["value"] == pytest.approx(600_000)
    (source,) = cost["sources"]
    assert (source["grade"], source["low"], source["high"]) == ("assumption", 0.4, 0.9)


def test_every_identity_still_holds(steps):
    before, _, after = steps
    assert set(after["checks"]) == set(before["checks"])
    assert [name for name, ok in after["checks"].items() if not ok] == []


def test_its_influence_is_known(steps):
    before, _, after = steps
    assert set(after["influence"]) - set(before["influence"]) == {"software_licence_cost"}
    assert set(after["inputs"]) - set(before["inputs"]) == {"software_licence_cost"}


def test_a_change_of_it_is_a_step_of_the_bridge(steps):
    before, _, after = steps
    assert (before["bridge"], after["bridge"]) == ([], ["software_licence_cost"])


def test_the_figures_are_the_same_ones(steps):
    before, _, after = steps
    assert after["figures"] == before["figures"]
