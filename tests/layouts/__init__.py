"""Workbooks whose tables branches laid out anew, made by kinds, with what every cell must come to.

``kinds`` lists the kinds, ``corpus.make`` writes the workbooks, ``measure`` puts them through a month and counts.
"""
