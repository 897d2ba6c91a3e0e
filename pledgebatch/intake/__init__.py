"""Files in: find, guard, identify, read, match headers, type values."""
