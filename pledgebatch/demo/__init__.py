"""A workspace of made-up organisations and people over several months, with every kind of mistake."""
