"""Quote: one customer project with its price on either track, cost, lowest price to sign and cash flow.

This is a model of its own. Its inputs are the terms of the quote and results for the platform from a run of the
facility: prices in the month of signing, costs in the month in which half of the work is done, and capacity and staff
month by month.
"""

from hubmodel.engine.units import (
    SEK,
    Batches,
    BatchesPerYear,
    Currency,
    Date,
    Flag,
    Hours,
    HoursPerBatch,
    HoursPerPostYear,
    HoursPerProject,
    Index,
    Posts,
    Projects,
    Ratio,
    SEKPerBatch,
    SEKPerCurrency,
    SEKPerHour,
    SEKPerProject,
    SEKPerSuiteDay,
    Share,
    SuiteDays,
    SuiteDaysPerBatch,
    SuiteDaysPerProject,
    Years,
)
from hubmodel.engine.words import TINY, cumulative, lowest, maximum, minimum, nan, previous, sum_periods, where

# Content: the work quoted, and the hours and suite-days that it takes.


def development_work(development_hours: Hours, quoted_hours_per_project: HoursPerProject) -> Projects:
    """Development work quoted, in standard projects of the case."""
    return development_hours / quoted_hours_per_project


def batches_to_start(batches: Batches, remake_factor: Ratio) -> Batches:
    """Batches to start: those quoted, plus failed ones remade without being billed."""
    return batches * remake_factor


def development_hours_to_work(
    development_work: Projects, development_hours_per_project: HoursPerProject, guidance_share: Share
) -> Hours:
    """Hours of development work, including unbilled guidance."""
    return development_work * development_hours_per_project * (1 + guidance_share)


def batch_hours_to_work(batches_to_start: Batches, hours_per_batch: HoursPerBatch) -> Hours:
    """Hours of batch work."""
    return batches_to_start * hours_per_batch


def hours_to_work(development_hours_to_work: Hours, batch_hours_to_work: Hours) -> Hours:
    """Hours of work in the whole project."""
    return development_hours_to_work + batch_hours_to_work


def development_days(development_work: Projects, development_suite_days_per_project: SuiteDaysPerProject) -> SuiteDays:
    """Days used in the development area."""
    return development_work * development_suite_days_per_project


def batch_days(batches_to_start: Batches, suite_days_per_batch: SuiteDaysPerBatch) -> SuiteDays:
    """Suite-days used by the batches, including changeover and cleaning."""
    return batches_to_start * suite_days_per_batch


def suite_days_to_use(development_days: SuiteDays, batch_days: SuiteDays) -> SuiteDays:
    """Suite-days used by the whole project."""
    return development_days + batch_days


# Innovation track: fee for service, line by line, at the price list of the month of signing.


def development_hours_fee(development_hours: Hours, hourly_rate: SEKPerHour) -> SEK:
    """Fee for the development hours."""
    return development_hours * hourly_rate


def development_materials_fee(development_work: Projects, development_materials_fee_per_project: SEKPerProject) -> SEK:
    """Fee for development materials, including handling."""
    return development_work * development_materials_fee_per_project


def development_analyses_fee(development_work: Projects, development_analyses_fee_per_project: SEKPerProject) -> SEK:
    """Fee for development analyses."""
    return development_work * development_analyses_fee_per_project


def batch_hours_fee(batches: Batches, working_hours_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the working hours of the batches."""
    return batches * working_hours_fee_per_batch


def batch_materials_fee(batches: Batches, materials_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the materials of the batches, including handling."""
    return batches * materials_fee_per_batch


def batch_analyses_fee(analyses: Batches, analyses_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the panels of analyses: one per batch, unless the quote gives another number."""
    return analyses * analyses_fee_per_batch


def university_share_off(academic: Flag, academic_discount: Share) -> Share:
    """Discount on the hours fee if the customer is a university."""
    return academic * academic_discount


def development_fee(development_hours_fee: SEK, development_materials_fee: SEK, development_analyses_fee: SEK) -> SEK:
    """List fee for the development."""
    return development_hours_fee + development_materials_fee + development_analyses_fee


def batches_fee(batch_hours_fee: SEK, batch_materials_fee: SEK, batch_analyses_fee: SEK) -> SEK:
    """List fee for the batches."""
    return batch_hours_fee + batch_materials_fee + batch_analyses_fee


# Commercial track: the margin on standard conversion cost, never below the fee, for batches never above the market.


def development_standard_cost(
    development_hours: Hours,
    standard_cost_per_hour_at_signing: SEKPerHour,
    development_days: SuiteDays,
    standard_cost_per_suite_day_at_signing: SEKPerSuiteDay,
    development_work: Projects,
    development_analyses_cost: SEKPerProject,
    price_index_at_signing: Index,
) -> SEK:
    """Standard cost of the development excluding materials: hours, suite-days and analyses."""
    return (
        development_hours * standard_cost_per_hour_at_signing
        + development_days * standard_cost_per_suite_day_at_signing
        + development_work * development_analyses_cost * price_index_at_signing
    )


def development_at_margin(
    development_standard_cost: SEK, commercial_margin: Share, development_materials_fee: SEK
) -> SEK:
    """Price of the development at the commercial margin on standard cost, plus materials at cost and handling."""
    return development_standard_cost / (1 - commercial_margin) + development_materials_fee


def commercial_development_price(development_at_margin: SEK, development_fee: SEK) -> SEK:
    """Commercial price of the development: at the margin, never below fee for service."""
    return maximum(development_at_margin, development_fee)


def commercial_batches_price(
    batches: Batches, commercial_price_per_batch: SEKPerBatch, analyses: Batches, analyses_fee_per_batch: SEKPerBatch
) -> SEK:
    """Commercial price of the batches, each with one panel of analyses.
    Other numbers of panels are added or deducted.
    """
    return batches * commercial_price_per_batch + (analyses - batches) * analyses_fee_per_batch


# Both tracks side by side.


def development_price(
    innovation_track: Flag,
    commercial_track: Flag,
    development_fee: SEK,
    development_hours_fee: SEK,
    university_share_off: Share,
    commercial_development_price: SEK,
) -> SEK:
    """List price of the development."""
    return (
        innovation_track * (development_fee - development_hours_fee * university_share_off)
        + commercial_track * commercial_development_price
    )


def batches_price(
    innovation_track: Flag,
    commercial_track: Flag,
    batches_fee: SEK,
    batch_hours_fee: SEK,
    university_share_off: Share,
    commercial_batches_price: SEK,
) -> SEK:
    """List price of the batches and their analyses."""
    return (
        innovation_track * (batches_fee - batch_hours_fee * university_share_off)
        + commercial_track * commercial_batches_price
    )


def list_price(development_price: SEK, batches_price: SEK) -> SEK:
    """List price of the whole project."""
    return development_price + batches_price


def discount_given(list_price: SEK, discount: Share) -> SEK:
    """Discount on the list price."""
    return list_price * discount


def price(list_price: SEK, discount_given: SEK) -> SEK:
    """Price of the project, in the money of the month of signing."""
    return list_price - discount_given


def index_clause_adds(price: SEK, price_index_at_delivery: Index, price_index_at_signing: Index) -> SEK:
    """Increase in price from an index clause by the month of delivery."""
    return price * (price_index_at_delivery / price_index_at_signing - 1)


def price_at_delivery(price: SEK, index_clause: Flag, index_clause_adds: SEK) -> SEK:
    """Price in the month of delivery: indexed if the quote has an index clause, otherwise as signed."""
    return price + index_clause * index_clause_adds


# Full cost at the standard cost of hours and suite-days: normal utilisation, gross depreciation included.


def people_cost(hours_to_work: Hours, standard_cost_per_hour: SEKPerHour) -> SEK:
    """Full cost of staff."""
    return hours_to_work * standard_cost_per_hour


def development_materials_cost(development_work: Projects, material_cost_per_project: SEKPerProject) -> SEK:
    """Cost of development materials."""
    return development_work * material_cost_per_project


def batch_materials_cost(batches_to_start: Batches, material_cost_per_batch: SEKPerBatch) -> SEK:
    """Cost of materials of the batches, including remakes."""
    return batches_to_start * material_cost_per_batch


def materials_cost(development_materials_cost: SEK, batch_materials_cost: SEK) -> SEK:
    """Cost of materials of the whole project."""
    return development_materials_cost + batch_materials_cost


def development_analyses_bought(
    development_work: Projects, development_analyses_cost: SEKPerProject, price_index_at_work: Index
) -> SEK:
    """Cost of development analyses."""
    return development_work * development_analyses_cost * price_index_at_work


def batch_analyses_bought(
    analyses: Batches, remake_factor: Ratio, analyses_cost_per_batch: SEKPerBatch, price_index_at_work: Index
) -> SEK:
    """Cost of analyses of the batches, including remakes."""
    return analyses * remake_factor * analyses_cost_per_batch * price_index_at_work


def analyses_bought(development_analyses_bought: SEK, batch_analyses_bought: SEK) -> SEK:
    """Cost of analyses of the whole project."""
    return development_analyses_bought + batch_analyses_bought


def work_cost(people_cost: SEK, materials_cost: SEK, analyses_bought: SEK) -> SEK:
    """Cost of staff, materials and analyses, which the project pays for in cash."""
    return people_cost + materials_cost + analyses_bought


def suite_days_cost(suite_days_to_use: SuiteDays, standard_cost_per_suite_day: SEKPerSuiteDay) -> SEK:
    """Full cost of the suite-days: facility cost and gross depreciation."""
    return suite_days_to_use * standard_cost_per_suite_day


def full_cost(work_cost: SEK, suite_days_cost: SEK) -> SEK:
    """Full cost of the project: staff, materials, analyses and suite-days."""
    return work_cost + suite_days_cost


def full_cost_as_used(
    hours_to_work: Hours,
    actual_cost_per_hour: SEKPerHour,
    materials_cost: SEK,
    analyses_bought: SEK,
    suite_days_to_use: SuiteDays,
    actual_cost_per_suite_day: SEKPerSuiteDay,
) -> SEK:
    """Full cost at actual cost per hour and suite-day, at the facility's utilisation at the time.
    Memo beside full cost.
    """
    return (
        hours_to_work * actual_cost_per_hour
        + materials_cost
        + analyses_bought
        + suite_days_to_use * actual_cost_per_suite_day
    )


def profit(price_at_delivery: SEK, full_cost: SEK) -> SEK:
    """Price less full cost."""
    return price_at_delivery - full_cost


def margin(profit: SEK, price_at_delivery: SEK) -> Share:
    """Price less full cost, as a share of the price."""
    return where(price_at_delivery > 0, profit / maximum(price_at_delivery, TINY), nan)


# Failed batches: the expected failures, and who pays for them.


def batches_share_of_price(batches_price: SEK, list_price: SEK) -> Share:
    """Share of the price that relates to batches."""
    return where(list_price > 0, batches_price / maximum(list_price, TINY), 0)


def price_of_failed_batches(price_at_delivery: SEK, batches_share_of_price: Share, failure_share: Share) -> SEK:
    """Price of the batches expected to fail: the facility's loss if it bears every failure."""
    return price_at_delivery * batches_share_of_price * failure_share


def failed_batches_paid_by_customer(price_of_failed_batches: SEK, failed_batch_customer_share: Share) -> SEK:
    """Amount the customer is expected to pay for failed batches."""
    return price_of_failed_batches * failed_batch_customer_share


def failed_batches_borne_by_facility(price_of_failed_batches: SEK, failed_batches_paid_by_customer: SEK) -> SEK:
    """Expected price of failed batches that the facility may not bill."""
    return price_of_failed_batches - failed_batches_paid_by_customer


def price_collected(price_at_delivery: SEK, failed_batches_borne_by_facility: SEK) -> SEK:
    """Price expected to be collected, after failed batches."""
    return price_at_delivery - failed_batches_borne_by_facility


def margin_collected(price_collected: SEK, full_cost: SEK) -> Share:
    """Price collected less full cost, as a share of price collected.
    The facility's own margins are calculated alike.
    """
    return where(price_collected > 0, 1 - full_cost / maximum(price_collected, TINY), nan)


def collected_share(price_collected: SEK, price_at_delivery: SEK) -> Share:
    """Share of the price expected to be collected; 1 if there is no price."""
    return where(price_at_delivery > 0, price_collected / maximum(price_at_delivery, TINY), 1)


# Timing of the work.


def batches_begin(start_date: Date, development_time: Years) -> Date:
    """Start date of the batches, after the development."""
    return start_date + development_time


def campaign_time(batches: Batches, batch_pace: BatchesPerYear) -> Years:
    """Duration of the batches at their pace."""
    return batches / maximum(batch_pace, TINY)


def work_ends(batches_begin: Date, campaign_time: Years) -> Date:
    """Date on which the last batch is made."""
    return batches_begin + campaign_time


def delivery_date(work_ends: Date, release_time: Years, batches: Batches) -> Date:
    """Delivery date: release of the last batch or, without batches, completion of the development."""
    return work_ends + release_time * (batches > 0)


def development_done(end_of_period: Date, start_date: Date, development_time: Years) -> Share:
    """Share of the development completed by the end of the period: evenly from start to finish."""
    return maximum(0, minimum(1, (end_of_period - start_date) / maximum(development_time, TINY)))


def batches_done(end_of_period: Date, batches_begin: Date, campaign_time: Years) -> Share:
    """Share of the batches completed by the end of the period: evenly from start to finish."""
    return maximum(0, minimum(1, (end_of_period - batches_begin) / maximum(campaign_time, TINY)))


def development_in_period(development_done: Share) -> Share:
    """Share of the development carried out in the period."""
    return development_done - previous(development_done)


def batches_in_period(batches_done: Share) -> Share:
    """Share of the batches made in the period."""
    return batches_done - previous(batches_done)


def hours_in_period(
    development_hours_to_work: Hours, development_in_period: Share, batch_hours_to_work: Hours, batches_in_period: Share
) -> Hours:
    """Hours worked on the project in the period."""
    return development_hours_to_work * development_in_period + batch_hours_to_work * batches_in_period


def development_days_in_period(development_days: SuiteDays, development_in_period: Share) -> SuiteDays:
    """Days used in the development area in the period."""
    return development_days * development_in_period


def batch_days_in_period(batch_days: SuiteDays, batches_in_period: Share) -> SuiteDays:
    """Suite-days used in the platform's suite in the period."""
    return batch_days * batches_in_period


# Lowest price to sign: cost incurred only if signed, and contribution forgone in the suite.


def suite_days_reserved(suite_days_available: SuiteDays, open_access_share: Share, priority_floor: Flag) -> SuiteDays:
    """Suite-days reserved for open access in the suite, used or not; 0 if scarcity is shared by demand."""
    return suite_days_available * open_access_share * priority_floor


def suite_days_idle(
    suite_days_available: SuiteDays, innovation_suite_days: SuiteDays, commercial_suite_days: SuiteDays
) -> SuiteDays:
    """Suite-days not used by any work in the facility's run."""
    return suite_days_available - innovation_suite_days - commercial_suite_days


def suite_days_free(
    innovation_track: Flag,
    commercial_track: Flag,
    suite_days_idle: SuiteDays,
    suite_days_available: SuiteDays,
    suite_days_reserved: SuiteDays,
    innovation_suite_days: SuiteDays,
    commercial_suite_days: SuiteDays,
) -> SuiteDays:
    """Suite-days the track may book: innovation at least those reserved, commercial none of those reserved."""
    return innovation_track * maximum(suite_days_idle, suite_days_reserved - innovation_suite_days) + (
        commercial_track
        * maximum(0, minimum(suite_days_idle, suite_days_available - suite_days_reserved - commercial_suite_days))
    )


def displaced_days_in_period(batch_days_in_period: SuiteDays, suite_days_idle: SuiteDays) -> SuiteDays:
    """Suite-days in which the project displaces other work. Idle days cost nothing."""
    return maximum(0, batch_days_in_period - suite_days_idle)


def displaced_days(displaced_days_in_period: SuiteDays) -> SuiteDays:
    """Total suite-days of other work displaced by the project."""
    return sum_periods(displaced_days_in_period)


def hours_free(
    operations_posts: Posts,
    quality_posts: Posts,
    hours_per_post: HoursPerPostYear,
    period_length: Years,
    hours_demanded_at_site: Hours,
) -> Hours:
    """Hours the site's staff have free, after the work expected in the facility's run."""
    return maximum(0, (operations_posts + quality_posts) * hours_per_post * period_length - hours_demanded_at_site)


def hours_freed_in_period(
    displaced_days_in_period: SuiteDays,
    hours_per_batch_displaced: HoursPerBatch,
    suite_days_per_batch_displaced: SuiteDaysPerBatch,
) -> Hours:
    """Hours released by the work displaced, whose staff move to the project."""
    return displaced_days_in_period * hours_per_batch_displaced / suite_days_per_batch_displaced


def extra_hours_in_period(hours_in_period: Hours, hours_free: Hours, hours_freed_in_period: Hours) -> Hours:
    """Additional hours needed for the project, from hiring in time or else overtime and temporary staff."""
    return maximum(0, hours_in_period - hours_free - hours_freed_in_period)


def short_notice(middle_of_period: Date, signing_date: Date, hiring_lead: Years) -> Flag:
    """1 where the work follows too soon after signing for anyone to be hired, otherwise 0."""
    return where(middle_of_period < signing_date + hiring_lead, 1, 0)


def extra_hours_cost_in_period(
    extra_hours_in_period: Hours,
    short_notice: Flag,
    standard_cost_per_hour: SEKPerHour,
    short_notice_cost_per_hour: SEKPerHour,
) -> SEK:
    """Cost of the additional hours: at standard cost per hour, or at short-notice cost."""
    return extra_hours_in_period * (
        standard_cost_per_hour * (1 - short_notice) + short_notice_cost_per_hour * short_notice
    )


def extra_hours_cost(extra_hours_cost_in_period: SEK) -> SEK:
    """Total cost of the additional hours. Hours of staff already employed add no cost."""
    return sum_periods(extra_hours_cost_in_period)


def marginal_cost(materials_cost: SEK, analyses_bought: SEK, extra_hours_cost: SEK) -> SEK:
    """Cost incurred only if the quote is signed. Idle suite-days cost nothing."""
    return materials_cost + analyses_bought + extra_hours_cost


def displaced_contribution(
    displaced_days: SuiteDays,
    contribution_per_suite_day: SEKPerSuiteDay,
    price_index_at_work: Index,
) -> SEK:
    """Contribution forgone: displaced days at the contribution of the best alternative work in the suite."""
    return displaced_days * maximum(0, contribution_per_suite_day) * price_index_at_work


def lowest_price_to_sign(marginal_cost: SEK, displaced_contribution: SEK, collected_share: Share) -> SEK:
    """Price at which the facility is as well off signing as not, allowing for failed batches that are not collected."""
    return (marginal_cost + displaced_contribution) / collected_share


def room_above_lowest(price_at_delivery: SEK, lowest_price_to_sign: SEK) -> SEK:
    """Margin for negotiation: price less the lowest price to sign."""
    return price_at_delivery - lowest_price_to_sign


# Clauses.


def cancellation_fee(
    price: SEK, batches_share_of_price: Share, batch_materials_fee: SEK, cancellation_fee_share: Share
) -> SEK:
    """Fee if all batches are cancelled too late to refill: a share of their price excluding materials."""
    return maximum(0, price * batches_share_of_price - batch_materials_fee) * cancellation_fee_share


def price_in_currency(price_at_delivery: SEK, exchange_rate: SEKPerCurrency) -> Currency:
    """Price in the currency of the quote, at the exchange rate in the quote."""
    return price_at_delivery / exchange_rate


def rate_move_costs(price_at_delivery: SEK, rate_move: Ratio, rate_move_customer_share: Share) -> SEK:
    """Cost to the facility of a move in the exchange rate: the part of a fall that the customer does not bear."""
    return -price_at_delivery * rate_move * (1 - rate_move_customer_share)


# Cash: deposit at signing, milestone before delivery, balance on delivery; costs as the work is done.


def deposit_paid(signing_date: Date, payment_time: Years) -> Date:
    """Payment date of the deposit."""
    return signing_date + payment_time


def milestone_paid(signing_date: Date, delivery_date: Date, milestone_lead: Years, payment_time: Years) -> Date:
    """Payment date of the milestone, invoiced ahead of delivery but never before signing."""
    return maximum(signing_date, delivery_date - milestone_lead) + payment_time


def balance_paid(delivery_date: Date, payment_time: Years) -> Date:
    """Payment date of the balance."""
    return delivery_date + payment_time


def share_paid(
    end_of_period: Date,
    deposit_share: Share,
    deposit_paid: Date,
    milestone_share: Share,
    milestone_paid: Date,
    balance_paid: Date,
) -> Share:
    """Share of the price paid by the end of the period."""
    return (
        deposit_share * (end_of_period > deposit_paid)
        + milestone_share * (end_of_period > milestone_paid)
        + (1 - deposit_share - milestone_share) * (end_of_period > balance_paid)
    )


def cash_received(price_at_delivery: SEK, share_paid: Share) -> SEK:
    """Cash received from the customer in the period."""
    return price_at_delivery * (share_paid - previous(share_paid))


def cash_spent(
    hours_in_period: Hours,
    standard_cost_per_hour: SEKPerHour,
    development_materials_cost: SEK,
    development_analyses_bought: SEK,
    development_in_period: Share,
    batch_materials_cost: SEK,
    batch_analyses_bought: SEK,
    batches_in_period: Share,
) -> SEK:
    """Cash paid for staff, materials and analyses in the period.
    Suite-days are paid for with or without the project.
    """
    return (
        hours_in_period * standard_cost_per_hour
        + (development_materials_cost + development_analyses_bought) * development_in_period
        + (batch_materials_cost + batch_analyses_bought) * batches_in_period
    )


def net_cash(cash_received: SEK, cash_spent: SEK) -> SEK:
    """Net cash flow of the project in the period."""
    return cash_received - cash_spent


def cash_to_date(net_cash: SEK) -> SEK:
    """Cumulative net cash flow of the project."""
    return cumulative(net_cash)


def deepest_cash(cash_to_date: SEK) -> SEK:
    """Lowest cumulative cash of the project, at most 0: before signing there is none."""
    return minimum(0, lowest(cash_to_date))
