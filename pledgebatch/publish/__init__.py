"""Ledgers, reports, returns, forms and the month's page: everything that people open."""
