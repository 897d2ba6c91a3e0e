"""The rules: mechanical checks of typed rows, one file per topic of the notice."""
