"""The branches' door: a branch sees what the office will say of its workbook, answers, and hands it in; off unless it is opened."""
