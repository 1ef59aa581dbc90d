"""A run of a case: lines, key figures, checks, conventions, tables, explanations and goal seek."""
