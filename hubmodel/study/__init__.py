"""One run of a case: lines, key figures, checks, conventions, tables, explanations, and what is solved from it."""
