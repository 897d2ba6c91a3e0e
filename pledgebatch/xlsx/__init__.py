"""The one layer on xlsxwriter: plain sheets, templates filled from a copy, fragments joined, formats, paper."""
