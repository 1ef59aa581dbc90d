"""What leaves the house: charts, workbook, PDF, bundle, and tables for notebooks."""
