"""Spreadsheet-driven batch processing of public pledges."""
