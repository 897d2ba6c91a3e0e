"""The notice 常新社委〔2010〕20号 as data: clauses, stages, dates, lists, thresholds."""
