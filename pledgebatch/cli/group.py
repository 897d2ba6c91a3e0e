"""The group of all commands, as click sees it."""

from typing import Any

import click


class Failed(Exception):
    """Wraps an exception that click would take for a closed pipe, or for Ctrl-C."""


class Commands(click.Group):
    """A group of commands whose exceptions all reach ``run``, and whose usage is told in Chinese."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take up a command."""
        cmd.options_metavar = "[选项]"
        super().add_command(cmd, name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (OSError, EOFError) as mistake:
            raise Failed from mistake
