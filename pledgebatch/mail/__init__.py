"""Out to organisations and supervisors, back in from a mailbox: once, with a trail."""
