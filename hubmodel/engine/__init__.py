"""The engine: units, vocabulary, the graph of line items, their formulas, rates of return and machine code."""
