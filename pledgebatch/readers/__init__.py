"""Bytes become cells: what kind of file it is, what it must not be, and what each reader makes of it. Nothing here knows of pledges."""
