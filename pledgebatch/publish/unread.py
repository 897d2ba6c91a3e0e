"""What could not be read of the month's workbooks, in words: neither gone nor none, and in no figure."""

from collections.abc import Collection, Mapping

import pandas as pd

from pledgebatch.months.unread import find_lacking
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BY_KEY

NOT_READ = "未读到"
FIGURED: Mapping[str, Collection[str]] = {
    "members": ("member_no", "pledge_form", "change"),
    "items": ("pledger", "member_no", "part", "publicity_date", "status", "due"),
    "legacy": ("solved",),
}
"""The fields that the month's figures are made from, by sheet."""
MOST_NAMED, MOST_COLUMNS = 8, 3


def organisations_left_out(month: Month | None) -> set[str]:
    """The organisations of whose figures some are not known."""
    return find_lacking(of_month(month), FIGURED) if month else set()


def organisations_not_evaluated(month: Month, code: str) -> set[str]:
    """The organisations of which nothing can be said by the rule ``code``."""
    return find_lacking(of_month(month), reads(BY_CODE[code]))


def of_month(month: Month) -> pd.DataFrame:
    """What could not be read in ``month``; nothing is known of it where an older program made the month."""
    known = month.tables.get("unread")
    return known if known is not None else pd.DataFrame(columns=["organisation", "sheet", "field"], dtype="str")


def in_words(month: Month, names: Mapping[str, str]) -> str:
    """Whose sheets and columns could not be read, the first few by name; empty where everything was."""
    rows = of_month(month)
    lines = []
    for code, own in rows.groupby("organisation"):
        whole = [f"《{BY_KEY[sheet].name}》" for sheet in own.loc[own["field"].isna(), "sheet"]]
        columns = own.loc[own["field"].notna(), ["sheet", "field"]].itertuples(index=False)
        headers = [f"《{BY_KEY[sheet].name}》的“{BY_KEY[sheet][key].header}”" for sheet, key in columns]
        more = f"等 {len(headers)} 栏" if len(headers) > MOST_COLUMNS else ""
        lines.append(f"{names.get(str(code), code)}（{'、'.join((*whole, *headers[:MOST_COLUMNS]))}{more}）")
    return "、".join(lines[:MOST_NAMED]) + (f" 等 {len(lines)} 个党组织" if len(lines) > MOST_NAMED else "")
