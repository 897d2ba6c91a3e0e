"""The command line: commands, progress, exit status; no decisions."""

import gettext
import os
import sys
from importlib.resources import files

import click

from pledgebatch.mistakes import OfficeMistake

DONE, FOUND_ERRORS, COULD_NOT = 0, 1, 2
"""Exit status (contract, section 5)."""


def main(args: list[str] | None = None) -> None:
    """Run a command and exit with its status; what the clerk did wrong is one sentence on standard error."""
    speak_chinese()
    from pledgebatch.cli.commands import pledgebatch

    try:
        status = pledgebatch.main(args, prog_name="pledgebatch", standalone_mode=False)
    except OfficeMistake as mistake:
        click.echo(f"错误：{mistake}", err=True)
        status = COULD_NOT
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        status = COULD_NOT
    except click.ClickException as mistake:
        mistake.show()
        status = COULD_NOT
    except click.Abort:
        click.echo("已中断，上一次的结果没有改动。", err=True)
        status = COULD_NOT
    sys.exit(status if isinstance(status, int) else DONE)


def speak_chinese() -> None:
    """Let the command line library speak Chinese, whatever the locale; the streams speak UTF-8 where they can."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("messages", str(files(__package__) / "locale"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
