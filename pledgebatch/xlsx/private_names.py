"""What of xlsxwriter's private methods this room overrides and calls, and why; no other room touches any of them.

A new version of xlsxwriter may change what is not public: hence the upper bound in pyproject.toml. Before it is raised,
``tests/xlsx/test_plain_xlsxwriter.py`` compares our files with those of xlsxwriter alone, part by part,
and this list with the code.
"""

OVERRIDDEN = {
    "PlainStrings._write_si": "most texts hold nothing to escape, and are written at once",
    "PlainStrings._xml_rich_si_element": "a typed <r>…</r> is a text, not rich text of xlsxwriter's own making",
    "PlainSheet._xml_rich_inline_string": "the same of texts that stand in their cells",
    "PlainSheet._xml_string_element": "attributes of cells are numbers and references: nothing to escape",
    "PlainSheet._prepare_formula": "our formulas use no function newer than Excel 2010: nothing to prefix",
    "PlainSheet._calculate_spans": "the spans of rows are a hint that no reader needs",
    "PlainSheet._write_dimension": "the range in use counts rows that are written apart",
    "PlainPackager._write_app_file": "the names of the sheets once more, which ECMA-376 leaves to the writer",
    "PlainPackager._write_content_types_file": "no link to what is left out",
    "PlainPackager._write_root_rels_file": "no link to what is left out",
    "PlainPackager._write_chart_files": "labels say what they do not show, which LibreOffice shows otherwise",
    "PlainPackager._write_shared_strings_file": "the strings are PlainStrings",
    "PlainBook._get_packager": "the packager is PlainPackager",
    "PlainBook._extract_named_ranges": "no list of a hundred names for the file's properties",
    "TemplateSheet._write_rows": "rows of a template are XML already, others are written below them at once",
    "TemplateSheet._write_cell": "a cell of a template is XML already",
    "TemplateSheet._write_cols": "made into XML once",
    "TemplateSheet._write_conditional_formats": "made into XML once",
    "TemplateSheet._write_data_validations": "made into XML once",
    "TemplatePackager._write_styles_file": "styles that an earlier copy had too are not made again",
    "TemplateBook._get_packager": "the packager is TemplatePackager",
    "TemplateBook._prepare_format_properties": "put off until styles must be written",
    "TemplateBook._write_defined_names": "names that an earlier copy had too are not made again",
}
CALLED = {
    "_get_xf_index": "the number of a format, in the XML of cells that are written apart",
    "_xml_si_element": "a typed <r>…</r> is a text",
    "_xml_inline_string": "the same of texts that stand in their cells",
    "_escape_data": "the XML of a text in its cell",
    "_escape_control_characters": "the XML of a text in its cell",
    "_check_dimensions": "the range in use counts rows that are written apart",
    "_write_row": "the opening tag of a row, for the XML of a template",
    "_write_single_row": "the rows in constant memory end before those written apart begin",
    "_filename": "the file of a part in the package",
    "_set_xml_writer": "the shared strings are written by PlainStrings",
    "_assemble_xml_file": "the shared strings are written by PlainStrings",
}
