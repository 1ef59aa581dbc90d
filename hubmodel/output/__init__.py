"""Output of a run: charts, workbook, PDF, bundle, and tables for notebooks."""
