"""The model: one function per line item, one module per chapter of the report, in the order in which money flows."""
