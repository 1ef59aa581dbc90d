"""A hub small enough for a sheet of paper: two years, one site, two suites, two platforms, from inputs to value.

Amounts in comments are kSEK unless they say something else. Lists of equal length are crossed on purpose: the first
platform works in the second suite, so that a line that mixes two lists of two gives another number.
"""

import numpy as np
import pytest

import hubmodel as hm

FRAME = """
title = "Hand-worked hub"
currency = "SEK"
price_year = 2024
schema_version = 2
modules = ["calendar", "demand", "capacity", "pricing", "cost", "capital", "funding", "finance", "impact", "figures"]
counterfactual = "no hub"
[calendar]
first = 2024
last = 2025
[choices]
view = ["decision", "completion", "today"]
period = ["month", "quarter", "year"]
priority = ["floor", "pro_rata"]
pricing_basis = ["standard", "actual"]
grant_schedule = ["paid", "decided"]
grant_treatment = ["net", "deferred"]
discounting = ["middle", "start", "end"]
undiscounted_date = ["view", "first_period"]
price_basis = ["nominal", "real"]
spending_timing = ["as_planned", "at_once"]
grant_tax_treatment = ["net", "income", "none"]
tax_losses_rule = ["carried_forward", "at_once", "never"]
interest_treatment = ["expensed", "capitalised"]
tax_payment = ["same_year", "year_later", "year_later_last_dropped"]
tax_depreciation_method = ["swedish", "straight_line", "declining_balance", "sum_of_years", "table"]
tax_depreciation_begins = ["purchase", "service"]
first_year = ["whole", "half"]
[lists.depreciation_year]
"first" = {}
"second" = {}
[lists.site]
"Plant" = {}
[lists.suite]
"Suite B" = { site = "Plant" }
"Suite A" = { site = "Plant" }
[lists.platform]
"P" = { suite = "Suite A", development_suite = "Suite B" }
"Q" = { suite = "Suite B", development_suite = "Suite B" }
[lists.asset]
"building" = { site = "Plant" }
[lists.component]
"fit-out" = { asset = "building" }
"equipment in the plant" = { asset = "building" }
[lists.grant]
"grant" = {}
[lists.loan]
"loan" = {}
[lists.programme]
"programme" = {}
[lists.course]
"course" = { site = "Plant" }
"""

# key, row, value, unit; years of 365 days, prices that do not move, and a rate of 21 % (1.21 is 1.1 squared).
ROWS = {
    "calendar": """
        view||decision|choice
        period||year|choice
        undiscounted_date||view|choice
        price_basis||nominal|choice
        decision_date||2024-01-01|date
        completion_date||2025-01-01|date
        today_date||2025-01-01|date
        planned_opening|Plant|2024-01-01|date
        opening_delay|Plant|0|month
        ramp_time||1|year
        enquiry_share_at_opening|Plant|0|share
        consumer_price_index||100|index
        consumer_price_index_base||100|index
        price_index_until||2024-07-01|date
        price_date||2024-07-01|date
        price_inflation||0|1/year
        wage_inflation||0|1/year
        material_inflation||0|1/year
        indexed_contract_share||0.5|share
        contract_age||1|year
        surge_begins||2025-01-01|date
        surge_duration||0|year
        progression_delay||2|year
    """,
    "demand": """
        enquiries_per_year|P|256|project/year
        enquiries_per_year|Q|0|project/year
        win_rate||0.5|share
        batches_per_innovation_project||0.5|batch/project
        commercial_enquiries_per_year|each platform|4|project/year
        commercial_win_rate||0.5|share
        batches_per_commercial_project||16|batch/project
        volume_factor||1|ratio
        innovation_opening_stock|P|0|project
        innovation_opening_stock|Q|48|project
        commercial_opening_stock|each platform|0|project
        phase_progression|P|0.5|share
        phase_progression|Q|0|share
        retention||0.5|share
        innovation_duration||3|year
        commercial_duration||3|year
        late_cancellation_share||0|share
    """,
    "capacity": """
        priority||floor|choice
        suites|each suite|1|count
        operating_days|each suite|150|suite-day/year
        availability|each suite|0.8|share
        gmp|Suite A|1|flag
        gmp|Suite B|0|flag
        open_access_share||0.5|share
        suite_days_per_batch|P|5|suite-day/batch
        suite_days_per_batch|Q|4|suite-day/batch
        development_suite_days_per_project||0.5|suite-day/project
        development_hours_per_project||10|hour/project
        guidance_share||0.5|share
        batch_success|P|1|share
        batch_success|Q|0.8|share
        remake_share||0|share
        hiring_lead||12|month
        notice_time||12|month
        hours_paid||1000|hour/post/year
        direct_hours_share||0.5|share
        quality_hours_share||0.5|share
        staffing_headroom||0|share
        minimum_operations_posts|Plant|4|post
        minimum_quality_posts|Plant|4|post
        doses_per_batch|each platform|1000|dose/batch
        release_time|P|0.1|year
        release_time|Q|0.2|year
        surge_share|each platform|0|share
        surge_supply_share||1|share
        fill_finish_capacity||0|dose/year
        transfer_time||3|month
        batch_time||0|day
        technology_transfer_share||0|share
        technology_transfer_hours||0|hour/project
        makes_doses|each platform|1|flag
    """,
    "pricing": """
        pricing_basis||standard|choice
        innovation_hourly_rate||1000|SEK/hour
        material_handling||0.1|share
        academic_share||0.5|share
        academic_discount||0.2|share
        hours_per_batch|P|100|hour/batch
        hours_per_batch|Q|50|hour/batch
        materials_per_batch|P|100|kSEK/batch
        materials_per_batch|Q|50|kSEK/batch
        analyses_price_per_batch||20|kSEK/batch
        development_materials_per_project||1|kSEK/project
        development_analyses_price||2|kSEK/project
        commercial_margin||0.2|share
        market_price_ceiling|P|300|kSEK/batch
        market_price_ceiling|Q|200|kSEK/batch
        standard_hours_per_batch|P|100|hour/batch
        standard_hours_per_batch|Q|40|hour/batch
        standard_suite_days_per_batch|P|5|suite-day/batch
        standard_suite_days_per_batch|Q|4|suite-day/batch
        standard_pay||500|kSEK/post/year
        standard_on_cost_share||0.4|share
        standard_hours_per_post||700|hour/post/year
        standard_analyses_cost_per_batch||10|kSEK/batch
        standard_development_hours||10|hour/project
        standard_facility_cost||1|MSEK/year
        standard_suite_days||200|suite-day/year
        normal_utilisation||0.5|share
        failed_batch_customer_share||0.5|share
        cancellation_fee_share||0.5|share
        pay_per_post||100|kSEK/post/year
        short_notice_premium||0.5|ratio
        foreign_currency_share||0.5|share
        exchange_rate_change||0|ratio
        courses_per_year|course|2|course/year
        seats_per_course|course|10|seat/course
        price_per_seat|course|1000|SEK/seat
        technology_transfer_fee||0|kSEK/project
        reservation_contract|Plant|0|kSEK/year
    """,
    "cost": """
        fixed_pay_per_post||300|kSEK/post/year
        fixed_posts|Plant|1|post
        employer_contribution_share||0.3|share
        pension_share||0.1|share
        analyses_cost_per_batch||10|kSEK/batch
        development_analyses_cost||1|kSEK/project
        premises_cost|Plant|100|kSEK/year
        energy_cost|Plant|50|kSEK/year
        maintenance_share||0.05|1/year
        small_replacements|Plant|10|kSEK/year
        quality_system_cost|Plant|30|kSEK/year
        insurance_cost|Plant|20|kSEK/year
        shared_services_charge|Plant|80|kSEK/year
        existing_assets_charge|Plant|10|kSEK/year
        research_deduction_on||0|flag
        research_pay_share||0|share
        research_deduction_rate||0|share
        research_deduction_cap||0|kSEK/year
        cost_per_course|course|4|kSEK/course
    """,
    "capital": """
        asset_cost|building|2|MSEK
        invoiced|building|1|flag
        valued|building|0|flag
        in_kind||0|flag
        spending_begins|building|2024-01-01|date
        spending_delay|building|0|year
        spending_time|building|1|year
        component_share|fit-out|0.25|share
        component_share|equipment in the plant|0.75|share
        component_life|fit-out|10|year
        component_life|equipment in the plant|5|year
        renewal_share|each component|1|share
        equipment|fit-out|0|flag
        equipment|equipment in the plant|1|flag
        renewal_stop||0|year
        declining_share||0.3|share
        plan_rate||0.2|1/year
        fit_out_rate||0.05|1/year
        liquidation_share||0.2|share
        decommissioning_cost||50|kSEK
        tax_rate||0.25|share
        spending_timing||as_planned|choice
        grant_tax_treatment||net|choice
        tax_depreciation_method||swedish|choice
        tax_depreciation_begins||purchase|choice
        first_year||whole|choice
        tax_life||5|year
        declining_balance_share||0.4|share
        depreciation_age|first|1|count
        depreciation_age|second|2|count
        depreciation_share|first|0.4|share
        depreciation_share|second|0.6|share
    """,
    "funding": """
        grant_schedule||paid|choice
        grant_treatment||net|choice
        grant_paid|grant|800|kSEK
        grant_decided|grant|800|kSEK
        grant_factor||1|ratio
        repayment_deadline||2025-12-31|date
        eligible|building|1|share
        loan_amount|loan|0|kSEK
        loan_date|loan|2024-01-01|date
        loan_rate|loan|0.05|1/year
        loan_term|loan|5|year
        annuity|loan|1|flag
        owner_covers_share||1|share
        preparation_cost||0|kSEK
        programme_funding|programme|0|kSEK
        co_financing_rule|programme|0|ratio
        opening_cash_today||0|kSEK
        aid_ceiling||0.5|share
        aid_ceiling_tested||0|flag
    """,
    "finance": """
        discounting||middle|choice
        discount_rate||0.21|1/year
        receivable_time||0.1|year
        payable_time||0.1|year
        inventory_time||0.1|year
        deposit_share||0.2|share
        deposit_lead||0.5|year
        milestone_share||0.4|share
        milestone_lead||0.25|year
        claw_back_share||0|share
        claw_back_date||2025-01-01|date
        financial_rate||0.04|1/year
        tax_losses_rule||carried_forward|choice
        interest_treatment||expensed|choice
        capitalised_interest_life||10|year
        tax_payment||same_year|choice
        working_capital_release||1|share
    """,
    "impact": """
        deadweight||0.5|share
        displacement||0.2|share
        leakage||0.25|share
        employment_multiplier||2|ratio
        export_share||0.5|share
        spillover_rate||0.3|ratio
        shadow_wage_factor||1|ratio
        social_discount_rate||0.035|1/year
        pay_tax_share||0.25|share
        reserved_dose_price||5|SEK/dose/year
        preparedness_cost||0|kSEK/year
        one_year||1|year
    """,
}
HEADER = "key,row,period,value,unit,low,high,spread,price_year,source,locator,grade,note\n"


def write_case(folder):
    """Write the case as a person would, one file for each module; the grant falls in 2024."""
    (folder / "case.toml").write_text(FRAME, encoding="utf-8")
    for module, table in ROWS.items():
        cells = [line.strip().split("|") for line in table.strip().splitlines()]
        period = {"grant_paid": "2024", "grant_decided": "2024", "programme_funding": "2024"}
        rows = [
            f"{key},{row},{period.get(key, '')},{value},{unit},,,,,,,assumption,by hand"
            for key, row, value, unit in cells
        ]
        (folder / f"{module}.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return hm.load(write_case(tmp_path_factory.mktemp("hand")))


@pytest.fixture(scope="module")
def hub(case):
    return hm.run(case, solved=False)


# Every line of the hub, year by year, in the order in which money flows; rows of suites: B, A; of platforms: P, Q.
PROJECTS = {
    "end_of_period": [[2025, 2026]],
    "middle_of_period": [[2024.5, 2025.5]],
    "open_share": [[1, 1]],
    # from nothing at opening to all after one year: half of the way in the middle of 2024
    "enquiry_ramp": [[0.5, 1]],
    # P: 256 enquiries x 0.5 won = 128 a year, x ramp 0.5 and 1; Q: none
    "innovation_projects_started": [[64, 128], [0, 0]],
    # Q brings 48, a third into each stage
    "innovation_projects_taken_over": [[0, 0], [16, 0]],
    # a stage of 1 year, a period of 1 year: half of what was there or came stays, half goes on
    "innovation_first_stage": [[32, (32 + 128) / 2], [8, 8 / 2]],
    "innovation_second_stage": [[32 / 2, (16 + 80) / 2], [(8 + 16) / 2, (12 + 4) / 2]],
    "innovation_third_stage": [[16 / 2, (8 + 48) / 2], [(12 + 16) / 2, (14 + 8) / 2]],
    "innovation_projects_completed": [[8, 28], [14, 11]],
    "innovation_projects_active": [[32 + 16 + 8, 80 + 48 + 28], [8 + 12 + 14, 4 + 8 + 11]],
    # P: 0.5 x 0.5 of those completed, in 2025 cut to 60 / 70 by the floor (below); Q: none
    "projects_progressing": [[8 * 0.25, 28 * 0.25 * 60 / 70], [0, 0]],
    # two stages of one year: 2 -> 1 and (1 + 6) / 2 = 3.5 -> 0.5 and (0.5 + 3.5) / 2 = 2
    "projects_returning": [[0.5, 2], [0, 0]],
    # 4 enquiries x 0.5 won x ramp, and those that return
    "commercial_projects_started": [[1 + 0.5, 2 + 2], [1, 2]],
    # P: 0.75, (0.75 + 4) / 2 = 2.375; 0.375, (0.375 + 2.375) / 2 = 1.375; 0.1875, (0.1875 + 1.375) / 2 = 0.78125
    # Q: 0.5, 1.25; 0.25, 0.75; 0.125, 0.4375
    "commercial_projects_completed": [[0.1875, 0.78125], [0.125, 0.4375]],
    # half a batch for each innovation project, 16 for each commercial one
    "innovation_batches_due": [[4, 14], [7, 5.5]],
    "commercial_batches_due": [[3, 12.5], [2, 7]],
}

CAPACITY = {
    # 150 days x 0.8
    "suite_days_open": [[120, 120], [120, 120]],
    # suite B: Q's batches 7 and 5.5 x 4 days, development (8 + 14) and (28 + 11) x 0.5 days; suite A: P's 4, 14 x 5
    "innovation_suite_days_demanded": [[28 + 11, 22 + 19.5], [20, 70]],
    "commercial_suite_days_demanded": [[2 * 4, 7 * 4], [3 * 5, 12.5 * 5]],
    # half of 120 is kept: suite A can promise 60 of 70 in 2025
    "innovation_guaranteed_share": [[1, 1], [1, 60 / 70]],
    "innovation_suite_days_guaranteed": [[39, 41.5], [20, 60]],
    # 62.5 wanted, 120 - 60 left
    "commercial_suite_days_served": [[8, 28], [15, 60]],
    "innovation_suite_days_served": [[39, 41.5], [20, 60]],
    # without the floor all of the 62.5 would be served
    "open_access_suite_days_forgone": [[0, 0], [0, 2.5]],
    "innovation_batches": [[4, 14 * 60 / 70], [7, 5.5]],
    "commercial_batches": [[3, 12.5 * 60 / 62.5], [2, 7]],
    "development_projects": [[8, 28], [14, 11]],
    "suite_days_used": [[28 + 11 + 8, 22 + 19.5 + 28], [35, 120]],
    "utilisation": [[47 / 120, 69.5 / 120], [35 / 120, 1]],
    # only suite A is GMP
    "gmp_suite_days_used": [[35, 120]],
    "unmet_suite_days": [[0, 0], [0, 70 + 62.5 - 120]],
    # P all released, Q 0.8 of its batches, 1 000 doses each
    "doses": [[7_000, 24_000], [9 * 800, 12.5 * 800]],
}

PEOPLE = {
    # batches x hours + projects x 10 h x 1.5 with guidance; demanded, not served
    "innovation_hours_demanded": [[400 + 120, 1_400 + 420], [350 + 210, 275 + 165]],
    "commercial_hours_demanded": [[300, 1_250], [100, 350]],
    "hours_demanded_at_site": [[520 + 300 + 560 + 100, 1_820 + 1_250 + 440 + 350]],
    # half of the hours in each team, 500 hours to a post
    "operations_posts_needed": [[740 / 500, 1_930 / 500]],
    # crew 4 at opening, a lead of one year: (4 + 1.48) / 2, (2.74 + 3.86) / 2
    "operations_posts_hired": [[2.74, 3.3]],
    "operations_posts": [[4, 4]],
    "quality_posts": [[4, 4]],
    # 4 x 500 hours are more than 740 and 1 930
    "people_share": [[1, 1]],
    "posts": [[9, 9]],
    # 0.8 of Q's batches are released; who pays for the rest is settled half and half
    "billed_share": [[1], [0.9]],
}

PRICES = {
    # P: 100 h x 1 000 + materials 100 x 1.1 + analyses 20; Q: 40 quoted h (50 worked) + 50 x 1.1 + 20
    "fee_for_service_price_per_batch": [[230_000, 230_000], [115_000, 115_000]],
    # half are universities, at 20 % off the hours fee
    "innovation_price_per_batch": [[220_000, 220_000], [111_000, 111_000]],
    # 10 h x 1 000 x 0.9 + 1.0 x 1.1 + 2.0
    "development_price_per_project": [[12_100, 12_100]],
    # 500 x 1.4 / 700
    "standard_cost_per_hour": [[1_000, 1_000]],
    # 1 000 / (200 x 0.5)
    "standard_cost_per_suite_day": [[10_000, 10_000]],
    # P: 100 x 1 + 5 x 10 + 10; Q: 40 x 1 + 4 x 10 + 10
    "standard_conversion_cost_per_batch": [[160_000, 160_000], [90_000, 90_000]],
    # P: 160 / 0.8 + 110; Q: 90 / 0.8 + 55
    "price_at_margin": [[310_000, 310_000], [167_500, 167_500]],
    # the market pays 300 for P
    "commercial_price_collected": [[300_000, 300_000], [167_500, 167_500]],
    "on_ceiling": [[1, 1], [0, 0]],
}

INCOME = {
    # P: 4 x 220, 12 x 220; Q: 7 x 0.9 x 111, 5.5 x 0.9 x 111
    "innovation_batch_revenue": [[880_000, 2_640_000], [699_300, 549_450]],
    # 12.1 x projects 8, 28; 14, 11
    "development_revenue": [[96_800, 338_800], [169_400, 133_100]],
    # P: 3 x 300, 12 x 300; Q: 2 x 0.9 x 167.5, 7 x 0.9 x 167.5
    "commercial_batch_revenue": [[900_000, 3_600_000], [301_500, 1_055_250]],
    "total_innovation_revenue": [[1_845_500, 3_661_350]],
    "total_commercial_revenue": [[1_201_500, 4_655_250]],
    # 2 courses x 10 seats x 1 000 SEK
    "training_revenue": [[20_000, 20_000]],
    "revenue": [[1_845_500 + 1_201_500 + 20_000, 3_661_350 + 4_655_250 + 20_000]],
    # 8 posts x 100, 1 fixed post x 300
    "direct_pay": [[800_000, 800_000]],
    "fixed_pay": [[300_000, 300_000]],
    # 1 100 x (1 + 0.3 + 0.1)
    "staff_cost": [[1_540_000, 1_540_000]],
    # batches started 4 x 100 + 7 x 50 + 3 x 100 + 2 x 50, projects 22 x 1; 12 x 100 + 5.5 x 50 + 12 x 100 + 7 x 50 + 39
    "material_cost": [[1_172_000, 3_064_000]],
    # 16 and 36.5 batches x 10, 22 and 39 projects x 1
    "analyses_cost": [[182_000, 404_000]],
    # 5 % of 2 000, and 10
    "maintenance": [[110_000, 110_000]],
    # people 1 540, materials, analyses, premises 100, energy 50, maintenance 110, quality 30, insurance 20,
    # shared services 80, existing assets 10, courses 2 x 4
    "operating_cost": [[1_540_000 + 1_172_000 + 182_000 + 408_000, 1_540_000 + 3_064_000 + 404_000 + 408_000]],
    "ebitda": [[3_067_000 - 3_302_000, 8_336_600 - 5_416_000]],
}

CAPITAL = {
    # the grant of 800 pays 40 % of every component
    "component_grant_to_date": [[200_000, 200_000], [600_000, 600_000]],
    # fit-out (500 - 200) over 10 years, equipment (1 500 - 600) over 5
    "book_value_by_component": [[270_000, 240_000], [720_000, 540_000]],
    # 30 + 180
    "depreciation": [[210_000, 210_000]],
    # 50 + 300
    "gross_depreciation": [[350_000, 350_000]],
    # 900 x 0.7 = 630 is below the plan's 900 x 0.8; 630 x 0.7 = 441 is below 900 x 0.6
    "equipment_tax_value": [[630_000, 441_000]],
    # 300 x 5 % a year
    "fit_out_tax_value": [[285_000, 270_000]],
    "tax_depreciation": [[270_000 + 15_000, 189_000 + 15_000]],
    # 720 - 630, 540 - 441
    "untaxed_reserves": [[90_000, 99_000]],
    # 400 if sold is below 780 in the books; less 50 of clearing away; tax 25 % of 350 - 441 - 270 = -361 comes back
    "residual_value": [[0, 350_000 + 0.25 * 361_000]],
}

STATEMENTS = {
    "profit_before_tax": [[-235_000 - 210_000, 2_920_600 - 210_000]],
    "taxable_profit": [[-235_000 - 285_000, 2_920_600 - 204_000]],
    "tax_losses": [[520_000, 0]],
    # (2 716.6 - 520) x 25 %
    "tax": [[0, 549_150]],
    # -445 - 90; 2 710.6 - 9 - 549.15
    "net_profit": [[-535_000, 2_152_450]],
    # a tenth of a year of revenue
    "receivables": [[306_700, 833_660]],
    # batches waiting for release: P 1 780 x 0.1 + Q 1 000.8 x 0.2; 6 240 x 0.1 + 1 604.7 x 0.2
    "contract_assets": [[178_000 + 200_160, 624_000 + 320_940]],
    "inventory": [[117_200, 306_400]],
    # a tenth of operating cost without people: 3 302 - 1 540; 5 416 - 1 540
    "payables": [[176_200, 387_600]],
    # commercial revenue x (0.2 x 0.5 + 0.4 x 0.25)
    "customer_advances": [[240_300, 931_050]],
    # 306.7 + 378.16 + 117.2 - 176.2 - 240.3; 833.66 + 944.94 + 306.4 - 387.6 - 931.05
    "working_capital": [[385_560, 766_350]],
    # -235 - 0 - 385.56; 2 920.6 - 549.15 - (766.35 - 385.56)
    "operating_cash_flow": [[-620_560, 1_990_660]],
    "investing_cash_flow": [[-2_000_000, 0]],
    "own_contribution_in_period": [[1_200_000, 0]],
    # -620.56 - 2 000 + 800 + 1 200 = -620.56 is what the owner covers
    "loss_funding": [[620_560, 0]],
    "cash": [[0, 1_990_660]],
    # books 990, receivables 306.7, contract assets 378.16, inventory 117.2; 780 + 833.66 + 944.94 + 306.4 + 1 990.66
    "assets_in_balance": [[1_792_060, 4_855_660]],
    # 176.2 + 240.3; 387.6 + 931.05
    "liabilities": [[416_500, 1_318_650]],
    # 1 200 + 620.56 - 535; + 2 152.45
    "equity": [[1_285_560, 3_438_010]],
}

VALUE = {
    # -620.56 - 2 000 + 800; 1 990.66 + 440.25 left at the end + 766.35 of working capital released
    "project_cash_flow": [[-1_820_560, 3_197_260]],
    # from 2024-01-01 to the middle of each year at 21 %: 1.21 ** 0.5 = 1.1, 1.21 ** 1.5 = 1.331
    "discount_factor": [[1 / 1.1, 1 / 1.331]],
    "discounted_cash_flow": [[-1_820_560 / 1.1, 3_197_260 / 1.331]],
    "net_present_value": [[-1_820_560 / 1.1 + 3_197_260 / 1.331]],
    # 1 + rate = 3 197.26 / 1 820.56, one year apart
    "internal_rate_of_return": [[3_197_260 / 1_820_560 - 1]],
    # lowest before the owner: -620.56 - 2 000 + 800
    "peak_funding_need": [[1_820_560]],
    "own_contribution": [[1_200_000]],
    "owner_funding_of_losses": [[620_560]],
    "aid_intensity": [[800 / 2_000]],
    "leverage": [[1_200 / 800]],
    # 0.5 x 0.8 x 0.75
    "additionality": [[0.3]],
    # 800 over 8 + 28 + 14 + 11 projects
    "public_cost_per_innovation_project": [[800_000 / 61]],
    # suite-days of both suites in 2024 and 2025: 39 + 20, 41.5 + 60
    "public_cost_per_open_access_suite_day": [[800_000 / 160.5]],
}

BY_HAND = [
    (name, expected)
    for part in (PROJECTS, CAPACITY, PEOPLE, PRICES, INCOME, CAPITAL, STATEMENTS, VALUE)
    for name, expected in part.items()
]


@pytest.mark.parametrize(("name", "expected"), BY_HAND, ids=[name for name, _ in BY_HAND])
def test_line_by_line(hub, name, expected):
    got = hub.values[name]
    assert got.shape[0] == len(expected)
    np.testing.assert_allclose(np.broadcast_to(got, np.shape(expected)), expected, rtol=1e-12, atol=1e-6)


def test_value_in_one_line(hub):
    # -1 655 054.5 + 2 402 148.8 = 747 094 SEK
    assert hub["net_present_value"] == pytest.approx(747_094, abs=1)


def test_all_identities_hold_and_nothing_documented_is_said(hub):
    assert [check.name for check in hub.checks if not check.ok] == []
    assert next(check for check in hub.checks if check.name == "documented_totals").message == "nothing documented"


def test_a_hub_too_young_to_be_mature_says_why(hub):
    # a ramp of 1 year, then 2 x 3 + 2 years: mature in 2033, and the calendar ends with 2025
    assert hub.key_figures["maturity_year"].value is None
    assert hub.key_figures["maturity_year"].why == "the calendar ends before every site is mature"


def test_moving_a_platform_moves_its_suite_days(tmp_path):
    write_case(tmp_path)
    frame = (tmp_path / "case.toml").read_text(encoding="utf-8")
    moved = frame.replace('"Q" = { suite = "Suite B"', '"Q" = { suite = "Suite A"')
    (tmp_path / "case.toml").write_text(moved, encoding="utf-8")
    result = hm.run(hm.load(tmp_path), solved=False)
    # Q's 7 batches of innovation x 4 days now stand beside P's 20; development stays in suite B
    np.testing.assert_allclose(result["innovation_suite_days_demanded"][:, 0], [11, 20 + 28])


def test_grant_as_deferred_income_shows_the_same_profit_before_tax(case):
    deferred = hm.run(case.with_({"grant_treatment": "deferred"}), solved=False)
    # depreciation 350, grant released 500 x 0 + 200 / 10 + 600 / 5 = 140: 210 net, as before
    np.testing.assert_allclose(deferred["grant_released"], [[140_000, 140_000]])
    np.testing.assert_allclose(deferred["profit_before_tax"], [[-445_000, 2_710_600]])


@pytest.mark.parametrize(("discounting", "factors"), [("start", (1, 1 / 1.21)), ("end", (1 / 1.21, 1 / 1.4641))])
def test_discounting_at_the_start_or_end_of_the_year(case, discounting, factors):
    result = hm.run(case.with_({"discounting": discounting}), solved=False)
    expected = -1_820_560 * factors[0] + 3_197_260 * factors[1]
    assert result["net_present_value"] == pytest.approx(expected, rel=1e-12)


def test_the_view_from_completion_compounds_and_the_view_from_today_drops_what_is_past(case):
    completion = hm.run(case.with_({"view": "completion"}), solved=False)
    # seen from 2025-01-01: 1.21 ** 0.5 = 1.1 on 2024, 1 / 1.1 on 2025
    assert completion["net_present_value"] == pytest.approx(-1_820_560 * 1.1 + 3_197_260 / 1.1, rel=1e-12)
    today = hm.run(case.with_({"view": "today"}), solved=False)
    assert today["net_present_value"] == pytest.approx(3_197_260 / 1.1, rel=1e-12)
