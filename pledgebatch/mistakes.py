"""What the clerk did wrong: one clear Chinese sentence, exit status 2, nothing half-written."""


class OfficeMistake(Exception):
    """The command cannot be carried out as asked; the text is a Chinese sentence that says what to do."""
