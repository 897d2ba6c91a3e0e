"""Workbooks whose tables branches laid out anew, made by kinds, with what every cell must come to.

``kinds`` lists the kinds, one function each: it lays out one workbook of an invented organisation and notes the truth while
it writes (``sketch``). ``corpus`` makes some of every kind and the workspace that they come to, half of the organisations
with a report of last month. ``python -m tests.layouts.measure`` puts them through a month and prints a line a kind:

- *right*: the value stands in the ledger, in its row and field;
- *held*: it does not, people are told, and for this kind that is as good; *asked*: people are told, but it should arrive;
- *doubted*: another value stands there, and the reading is marked as 待确认;
- *wrong*, *lost*, *traps*: another value stands there, it is nowhere, a column of the branch's own was read; nobody is told.

What people are told is taken from the month as it is published: rows set aside with their words, changes of the form, what
could not be read, findings at the cell, and the lines of layouts.xlsx where there is such a book.
"""
