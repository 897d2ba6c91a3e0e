"""Tables that are laid out otherwise than the standard workbook: found, understood, and put into its rows."""
