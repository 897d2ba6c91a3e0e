"""The standard workbook: its form, its tables, its self-check; and the registry's book."""
