"""The month on one screen: collect, read, check, merge, judge, publish."""
