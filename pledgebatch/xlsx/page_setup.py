"""What every sheet of a workbook shares: protection and print set-up."""

from xlsxwriter.worksheet import Worksheet

PERMITTED = {"format_columns": True, "format_rows": True, "insert_rows": True, "sort": True}
A4 = 9


def protect(sheet: Worksheet, filtered: bool = False) -> None:
    """Lock what is not to be filled in, without a password: against slips, not against people.

    A filter can be used where it is allowed and there is one: nobody can put one on a locked sheet.
    """
    sheet.protect("", PERMITTED | {"autofilter": filtered})


def print_setup(sheet: Worksheet, header: int, wide: int = 1) -> None:
    """A4, ``wide`` pages across, the rows down to ``header`` on each page, page numbers below."""
    sheet.set_paper(A4)
    sheet.fit_to_pages(wide, 0)
    sheet.repeat_rows(header)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
