"""Facilities as data: rows are read, validated, changed by scenarios, described and upgraded."""
