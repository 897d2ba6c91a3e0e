"""Rules that say what is so: one file per topic of the notice."""
