"""A facility as data: rows read, validated, changed by scenarios, described and brought up to date."""
