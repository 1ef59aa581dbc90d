"""Quote: one customer project priced on both tracks, what it costs, the lowest price to sign, and its cash.

A model of its own. Its inputs are the terms of the quote and what a run of the hub says of the platform: prices in the
month of signing, costs in the month in which half of the work is done, capacity and people month by month.
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

# Content: what the customer asks for, and what it takes.


def development_work(development_hours: Hours, quoted_hours_per_project: HoursPerProject) -> Projects:
    """Development work quoted, counted in the case's standard projects."""
    return development_hours / quoted_hours_per_project


def batches_to_start(batches: Batches, remake_factor: Ratio) -> Batches:
    """Batches to start: those quoted, and failed ones that are made again unbilled."""
    return batches * remake_factor


def development_hours_to_work(
    development_work: Projects, development_hours_per_project: HoursPerProject, guidance_share: Share
) -> Hours:
    """Hours that the development takes, unbilled guidance included."""
    return development_work * development_hours_per_project * (1 + guidance_share)


def batch_hours_to_work(batches_to_start: Batches, hours_per_batch: HoursPerBatch) -> Hours:
    """Hours that the batches take."""
    return batches_to_start * hours_per_batch


def hours_to_work(development_hours_to_work: Hours, batch_hours_to_work: Hours) -> Hours:
    """Hours that the whole project takes."""
    return development_hours_to_work + batch_hours_to_work


def development_days(development_work: Projects, development_suite_days_per_project: SuiteDaysPerProject) -> SuiteDays:
    """Days that the project takes in the development area."""
    return development_work * development_suite_days_per_project


def batch_days(batches_to_start: Batches, suite_days_per_batch: SuiteDaysPerBatch) -> SuiteDays:
    """Suite-days that the batches take, changeover and cleaning included."""
    return batches_to_start * suite_days_per_batch


def suite_days_to_use(development_days: SuiteDays, batch_days: SuiteDays) -> SuiteDays:
    """Suite-days that the whole project takes."""
    return development_days + batch_days


# Innovation track: fee for service, line by line, at the price list of the month of signing.


def development_hours_fee(development_hours: Hours, hourly_rate: SEKPerHour) -> SEK:
    """Fee for the development hours."""
    return development_hours * hourly_rate


def development_materials_fee(development_work: Projects, development_materials_fee_per_project: SEKPerProject) -> SEK:
    """Fee for the materials of the development, handling included."""
    return development_work * development_materials_fee_per_project


def development_analyses_fee(development_work: Projects, development_analyses_fee_per_project: SEKPerProject) -> SEK:
    """Fee for the analyses of the development."""
    return development_work * development_analyses_fee_per_project


def batch_hours_fee(batches: Batches, working_hours_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the working hours of the batches."""
    return batches * working_hours_fee_per_batch


def batch_materials_fee(batches: Batches, materials_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the materials of the batches, handling included."""
    return batches * materials_fee_per_batch


def batch_analyses_fee(analyses: Batches, analyses_fee_per_batch: SEKPerBatch) -> SEK:
    """Fee for the panels of analyses, one for each batch unless the quote says another number."""
    return analyses * analyses_fee_per_batch


def university_share_off(academic: Flag, academic_discount: Share) -> Share:
    """Reduction of the hours fee where the customer is a university."""
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
    """Standard cost of the development without materials: hours, suite-days and analyses."""
    return (
        development_hours * standard_cost_per_hour_at_signing
        + development_days * standard_cost_per_suite_day_at_signing
        + development_work * development_analyses_cost * price_index_at_signing
    )


def development_at_margin(
    development_standard_cost: SEK, commercial_margin: Share, development_materials_fee: SEK
) -> SEK:
    """Development at the commercial margin on standard cost, materials passed through."""
    return development_standard_cost / (1 - commercial_margin) + development_materials_fee


def commercial_development_price(development_at_margin: SEK, development_fee: SEK) -> SEK:
    """Commercial price of the development: at the margin, never below fee for service."""
    return maximum(development_at_margin, development_fee)


def commercial_batches_price(
    batches: Batches, commercial_price_per_batch: SEKPerBatch, analyses: Batches, analyses_fee_per_batch: SEKPerBatch
) -> SEK:
    """Commercial price of the batches, each with its own panel of analyses; other panels are added or taken off."""
    return batches * commercial_price_per_batch + (analyses - batches) * analyses_fee_per_batch


# Both tracks, from here on side by side.


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
    """What the price list gives for the whole project."""
    return development_price + batches_price


def discount_given(list_price: SEK, discount: Share) -> SEK:
    """What the quote takes off the list price."""
    return list_price * discount


def price(list_price: SEK, discount_given: SEK) -> SEK:
    """Price of the project, in the money of the month of signing."""
    return list_price - discount_given


def index_clause_adds(price: SEK, price_index_at_delivery: Index, price_index_at_signing: Index) -> SEK:
    """What an index clause adds to the price by the month of delivery."""
    return price * (price_index_at_delivery / price_index_at_signing - 1)


def price_at_delivery(price: SEK, index_clause: Flag, index_clause_adds: SEK) -> SEK:
    """Price in the month of delivery: indexed where the quote has a clause, else as signed."""
    return price + index_clause * index_clause_adds


# Full cost, at standard cost of hours and suite-days: the hub at normal utilisation, gross depreciation included.


def people_cost(hours_to_work: Hours, standard_cost_per_hour: SEKPerHour) -> SEK:
    """Full cost of people."""
    return hours_to_work * standard_cost_per_hour


def development_materials_cost(development_work: Projects, material_cost_per_project: SEKPerProject) -> SEK:
    """Materials of the development."""
    return development_work * material_cost_per_project


def batch_materials_cost(batches_to_start: Batches, material_cost_per_batch: SEKPerBatch) -> SEK:
    """Materials of the batches, remakes included."""
    return batches_to_start * material_cost_per_batch


def materials_cost(development_materials_cost: SEK, batch_materials_cost: SEK) -> SEK:
    """Materials of the whole project."""
    return development_materials_cost + batch_materials_cost


def development_analyses_bought(
    development_work: Projects, development_analyses_cost: SEKPerProject, price_index_at_work: Index
) -> SEK:
    """Analyses of the development."""
    return development_work * development_analyses_cost * price_index_at_work


def batch_analyses_bought(
    analyses: Batches, remake_factor: Ratio, analyses_cost_per_batch: SEKPerBatch, price_index_at_work: Index
) -> SEK:
    """Analyses of the batches, remakes included."""
    return analyses * remake_factor * analyses_cost_per_batch * price_index_at_work


def analyses_bought(development_analyses_bought: SEK, batch_analyses_bought: SEK) -> SEK:
    """Analyses of the whole project."""
    return development_analyses_bought + batch_analyses_bought


def work_cost(people_cost: SEK, materials_cost: SEK, analyses_bought: SEK) -> SEK:
    """People, materials and analyses: what the project is paid out for."""
    return people_cost + materials_cost + analyses_bought


def suite_days_cost(suite_days_to_use: SuiteDays, standard_cost_per_suite_day: SEKPerSuiteDay) -> SEK:
    """Full cost of the suite-days: facility and gross depreciation."""
    return suite_days_to_use * standard_cost_per_suite_day


def full_cost(work_cost: SEK, suite_days_cost: SEK) -> SEK:
    """Full cost of the project: people, materials, analyses and suite-days."""
    return work_cost + suite_days_cost


def full_cost_as_used(
    hours_to_work: Hours,
    actual_cost_per_hour: SEKPerHour,
    materials_cost: SEK,
    analyses_bought: SEK,
    suite_days_to_use: SuiteDays,
    actual_cost_per_suite_day: SEKPerSuiteDay,
) -> SEK:
    """Full cost at what an hour and a suite-day really cost in a hub as full as it then is; beside full cost."""
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
    """Price less full cost, over the price."""
    return where(price_at_delivery > 0, profit / maximum(price_at_delivery, TINY), nan)


# Failed batches: what is expected to fail, and who pays.


def batches_share_of_price(batches_price: SEK, list_price: SEK) -> Share:
    """Share of the price that is for batches."""
    return where(list_price > 0, batches_price / maximum(list_price, TINY), 0)


def price_of_failed_batches(price_at_delivery: SEK, batches_share_of_price: Share, failure_share: Share) -> SEK:
    """Price of the batches expected to fail: the hub's loss if it bears every failure."""
    return price_at_delivery * batches_share_of_price * failure_share


def failed_batches_paid_by_customer(price_of_failed_batches: SEK, failed_batch_customer_share: Share) -> SEK:
    """What the customer is expected to pay for failed batches."""
    return price_of_failed_batches * failed_batch_customer_share


def failed_batches_borne_by_facility(price_of_failed_batches: SEK, failed_batches_paid_by_customer: SEK) -> SEK:
    """What failed batches are expected to cost the hub in price that it may not bill."""
    return price_of_failed_batches - failed_batches_paid_by_customer


def price_collected(price_at_delivery: SEK, failed_batches_borne_by_facility: SEK) -> SEK:
    """Price that is expected to be collected, after failed batches."""
    return price_at_delivery - failed_batches_borne_by_facility


def margin_collected(price_collected: SEK, full_cost: SEK) -> Share:
    """Collected less full cost, over collected, as the hub's own margins are counted."""
    return where(price_collected > 0, 1 - full_cost / maximum(price_collected, TINY), nan)


def collected_share(price_collected: SEK, price_at_delivery: SEK) -> Share:
    """Share of the price that is expected to be collected, 1 where there is no price."""
    return where(price_at_delivery > 0, price_collected / maximum(price_at_delivery, TINY), 1)


# When the work is done.


def batches_begin(start_date: Date, development_time: Years) -> Date:
    """Date on which the batches begin, after the development."""
    return start_date + development_time


def campaign_time(batches: Batches, batch_pace: BatchesPerYear) -> Years:
    """Time that the batches take at their pace."""
    return batches / maximum(batch_pace, TINY)


def work_ends(batches_begin: Date, campaign_time: Years) -> Date:
    """Date on which the last batch is made."""
    return batches_begin + campaign_time


def delivery_date(work_ends: Date, release_time: Years, batches: Batches) -> Date:
    """Date of delivery: when the last batch is released, or the development is done where there is none."""
    return work_ends + release_time * (batches > 0)


def development_done(end_of_period: Date, start_date: Date, development_time: Years) -> Share:
    """Share of the development done by the end of the period: evenly from beginning to end."""
    return maximum(0, minimum(1, (end_of_period - start_date) / maximum(development_time, TINY)))


def batches_done(end_of_period: Date, batches_begin: Date, campaign_time: Years) -> Share:
    """Share of the batches made by the end of the period: evenly from beginning to end."""
    return maximum(0, minimum(1, (end_of_period - batches_begin) / maximum(campaign_time, TINY)))


def development_in_period(development_done: Share) -> Share:
    """Share of the development that falls in the period."""
    return development_done - previous(development_done)


def batches_in_period(batches_done: Share) -> Share:
    """Share of the batches that falls in the period."""
    return batches_done - previous(batches_done)


def hours_in_period(
    development_hours_to_work: Hours, development_in_period: Share, batch_hours_to_work: Hours, batches_in_period: Share
) -> Hours:
    """Hours that the project takes in the period."""
    return development_hours_to_work * development_in_period + batch_hours_to_work * batches_in_period


def development_days_in_period(development_days: SuiteDays, development_in_period: Share) -> SuiteDays:
    """Days that the project takes in the development area in the period."""
    return development_days * development_in_period


def batch_days_in_period(batch_days: SuiteDays, batches_in_period: Share) -> SuiteDays:
    """Suite-days that the project takes in the platform's suite in the period."""
    return batch_days * batches_in_period


# The lowest price to sign: what is spent only if signed, and what the suite would otherwise earn.


def suite_days_reserved(suite_days_available: SuiteDays, open_access_share: Share, priority_floor: Flag) -> SuiteDays:
    """Suite-days that open access reserves in the suite, used or not; none where scarcity is shared by demand."""
    return suite_days_available * open_access_share * priority_floor


def suite_days_idle(
    suite_days_available: SuiteDays, innovation_suite_days: SuiteDays, commercial_suite_days: SuiteDays
) -> SuiteDays:
    """Suite-days that no work uses in the run of the hub."""
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
    """Suite-days that the track may book: innovation at least what is reserved, commercial never any of it."""
    return innovation_track * maximum(suite_days_idle, suite_days_reserved - innovation_suite_days) + (
        commercial_track
        * maximum(0, minimum(suite_days_idle, suite_days_available - suite_days_reserved - commercial_suite_days))
    )


def displaced_days_in_period(batch_days_in_period: SuiteDays, suite_days_idle: SuiteDays) -> SuiteDays:
    """Suite-days in which the project takes the place of other work; idle ones cost nothing."""
    return maximum(0, batch_days_in_period - suite_days_idle)


def displaced_days(displaced_days_in_period: SuiteDays) -> SuiteDays:
    """Suite-days of other work that the project displaces in all."""
    return sum_periods(displaced_days_in_period)


def hours_free(
    operations_posts: Posts,
    quality_posts: Posts,
    hours_per_post: HoursPerPostYear,
    period_length: Years,
    hours_demanded_at_site: Hours,
) -> Hours:
    """Hours that the site's people have left, beside the work that the run of the hub expects."""
    return maximum(0, (operations_posts + quality_posts) * hours_per_post * period_length - hours_demanded_at_site)


def hours_freed_in_period(
    displaced_days_in_period: SuiteDays,
    hours_per_batch_displaced: HoursPerBatch,
    suite_days_per_batch_displaced: SuiteDaysPerBatch,
) -> Hours:
    """Hours of the work that the project displaces: its people turn to the project."""
    return displaced_days_in_period * hours_per_batch_displaced / suite_days_per_batch_displaced


def extra_hours_in_period(hours_in_period: Hours, hours_free: Hours, hours_freed_in_period: Hours) -> Hours:
    """Hours that must be added for the project: by hiring in time, else overtime or hired people."""
    return maximum(0, hours_in_period - hours_free - hours_freed_in_period)


def short_notice(middle_of_period: Date, signing_date: Date, hiring_lead: Years) -> Flag:
    """1 where the work falls too soon after signing for anyone to be hired."""
    return where(middle_of_period < signing_date + hiring_lead, 1, 0)


def extra_hours_cost_in_period(
    extra_hours_in_period: Hours,
    short_notice: Flag,
    standard_cost_per_hour: SEKPerHour,
    short_notice_cost_per_hour: SEKPerHour,
) -> SEK:
    """Cost of the hours added: at the hub's own cost, or that of short notice."""
    return extra_hours_in_period * (
        standard_cost_per_hour * (1 - short_notice) + short_notice_cost_per_hour * short_notice
    )


def extra_hours_cost(extra_hours_cost_in_period: SEK) -> SEK:
    """Cost of all hours that must be added; hours of people who are there anyway cost nothing more."""
    return sum_periods(extra_hours_cost_in_period)


def marginal_cost(materials_cost: SEK, analyses_bought: SEK, extra_hours_cost: SEK) -> SEK:
    """What is spent only if the quote is signed; idle suite-days cost nothing."""
    return materials_cost + analyses_bought + extra_hours_cost


def displaced_contribution(
    displaced_days: SuiteDays,
    contribution_per_suite_day: SEKPerSuiteDay,
    price_index_at_work: Index,
) -> SEK:
    """What the suite would earn otherwise: displaced days at the contribution of the best work it is used for."""
    return displaced_days * maximum(0, contribution_per_suite_day) * price_index_at_work


def lowest_price_to_sign(marginal_cost: SEK, displaced_contribution: SEK, collected_share: Share) -> SEK:
    """Price at which the hub is as well off signing as not: so much must be collected after failed batches."""
    return (marginal_cost + displaced_contribution) / collected_share


def room_above_lowest(price_at_delivery: SEK, lowest_price_to_sign: SEK) -> SEK:
    """How far the price may fall in negotiation before the hub is worse off."""
    return price_at_delivery - lowest_price_to_sign


# Clauses.


def cancellation_fee(
    price: SEK, batches_share_of_price: Share, batch_materials_fee: SEK, cancellation_fee_share: Share
) -> SEK:
    """Fee if all batches are cancelled too late to fill: a share of their price without the materials."""
    return maximum(0, price * batches_share_of_price - batch_materials_fee) * cancellation_fee_share


def price_in_currency(price_at_delivery: SEK, exchange_rate: SEKPerCurrency) -> Currency:
    """Price in the currency of the quote, at the rate that it gives."""
    return price_at_delivery / exchange_rate


def rate_move_costs(price_at_delivery: SEK, rate_move: Ratio, rate_move_customer_share: Share) -> SEK:
    """What a move of the exchange rate costs the hub: of a fall, the part that the customer does not bear."""
    return -price_at_delivery * rate_move * (1 - rate_move_customer_share)


# Cash: deposit at signing, milestone before delivery, the balance on delivery; costs as the work is done.


def deposit_paid(signing_date: Date, payment_time: Years) -> Date:
    """Date on which the deposit is paid."""
    return signing_date + payment_time


def milestone_paid(signing_date: Date, delivery_date: Date, milestone_lead: Years, payment_time: Years) -> Date:
    """Date on which the milestone is paid: invoiced ahead of delivery, never before signing."""
    return maximum(signing_date, delivery_date - milestone_lead) + payment_time


def balance_paid(delivery_date: Date, payment_time: Years) -> Date:
    """Date on which the rest is paid."""
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
    """What the customer pays in the period."""
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
    """People, materials and analyses of the period; suite-days are paid for whether or not the project comes."""
    return (
        hours_in_period * standard_cost_per_hour
        + (development_materials_cost + development_analyses_bought) * development_in_period
        + (batch_materials_cost + batch_analyses_bought) * batches_in_period
    )


def net_cash(cash_received: SEK, cash_spent: SEK) -> SEK:
    """What the project brings in the period, or takes."""
    return cash_received - cash_spent


def cash_to_date(net_cash: SEK) -> SEK:
    """What the project has brought so far."""
    return cumulative(net_cash)


def deepest_cash(cash_to_date: SEK) -> SEK:
    """The lowest that the project's cash falls to; before it is signed there is none."""
    return minimum(0, lowest(cash_to_date))
