"""The one layer on xlsxwriter: plain sheets, templates filled from a copy, fragments put together, formats, paper."""
