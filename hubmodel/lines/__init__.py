"""The model: one function per line item and one module per chapter of the report, in the order of the cash flow."""

# Names from version 0.1 that version 0.2 still accepts.
RENAMED = {
    "balance_gap": "balance_sheet",
    "commercial_revenue_of_hub": "total_commercial_revenue",
    "commercial_suite_days_of_hub": "total_commercial_suite_days",
    "development_projects_of_hub": "total_development_projects",
    "facility_cost_of_hub": "facility_cost",
    "failed_batches_borne_by_hub": "failed_batches_borne_by_facility",
    "gmp_suite_days_open_in_hub": "gmp_suite_days_open",
    "gmp_suite_days_used_in_hub": "gmp_suite_days_used",
    "grant_received_by_hub": "total_grant_received",
    "innovation_materials_of_hub": "total_innovation_materials",
    "innovation_revenue_of_hub": "total_innovation_revenue",
    "innovation_suite_days_of_hub": "total_innovation_suite_days",
    "labour_cost_of_hub": "labour_cost",
    "operating_cost_of_hub": "total_operating_cost",
    "surge_capacity_of_hub": "total_surge_capacity",
    "surge_doses_in_bulk_of_hub": "surge_doses_in_bulk",
    "surge_suite_days_of_hub": "total_surge_suite_days",
    "training_cost_of_hub": "total_training_cost",
}


def current_name(name: str) -> str:
    """Return the current name of a line, given its current or an older name.

    >>> current_name("operating_cost_of_hub"), current_name("ebitda")
    ('total_operating_cost', 'ebitda')
    """
    return RENAMED.get(name, name)
