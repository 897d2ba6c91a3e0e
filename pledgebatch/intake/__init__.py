"""Files in: find, identify, match headers, take cells, type values; the registry and the book of receipts."""
