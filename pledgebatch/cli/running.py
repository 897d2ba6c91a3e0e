"""Runs a command: what the terminal can take, and what is told when a command cannot be carried out."""

import codecs
import gettext
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib.resources import files
from typing import Any, cast

import click

from pledgebatch.cli.exit_status import COULD_NOT, DONE, INTERRUPTED, OUR_MISTAKE, leaving_at_once
from pledgebatch.cli.group import Failed
from pledgebatch.cli.log import Log, keeping_log
from pledgebatch.mistakes import OurLimit, concern_of, mendable

ESCAPED = "pledgebatch.escaped"
"""What a terminal cannot show is shown as JSON and most programs understand it."""
MEMORY = "内存不够用，没有做完{what}：请关掉别的程序，或加 --workers 1 重试"
TIME = "处理时间过长，没有做完{what}：请在电脑不忙时重试"
NETWORK = "网络连接中断，没有做完{what}：请检查网络后重试"
NOTHING_TYPED = "没有写明命令；第一次用请输入：pledgebatch init 文件夹 ，已有工作目录请输入：pledgebatch status"
LIMIT = "{limit}，没有做完{what}"
OURS = "程序出错（{kind}），没有做完{what}：这是程序的毛病"


def run(args: Sequence[str] | None) -> int:
    """The exit status of a command; what goes wrong is one sentence on standard error."""
    with speaking_chinese(), keeping_log() as log:
        try:
            with leaving_at_once():
                from pledgebatch.cli.commands import pledgebatch
                from pledgebatch.cli.usage import in_one_sentence
            status = pledgebatch.main(args, prog_name="pledgebatch", standalone_mode=False, obj=log)
            return status if isinstance(status, int) else DONE
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(f"{asked.format_message()}\n\n错误：{NOTHING_TYPED}", err=True)
        except click.UsageError as mistake:
            typed = sys.argv[1:] if args is None else list(args)
            click.echo(f"错误：{in_one_sentence(mistake, pledgebatch, typed)}", err=True)
        except click.ClickException as mistake:
            mistake.show()
        except (click.Abort, KeyboardInterrupt):
            click.echo(INTERRUPTED, err=True)
        except SystemExit:
            raise
        except BaseException as crash:  # a reader's panic is no Exception
            return tell(crash.__cause__ if isinstance(crash, Failed) and crash.__cause__ else crash, log)
    return COULD_NOT


def tell(crash: BaseException, log: Log) -> int:
    """Say in one sentence what went wrong; what the office cannot mend goes to the log in full. Returns the status."""
    if mistake := mendable(crash):
        click.echo(f"错误：{mistake}", err=True)
        return COULD_NOT
    log.crashed(crash)
    kept = f"详情记在 {log.path}，请发给维护人员" if log.path else "详情没有地方可记，请把这句话告诉维护人员"
    what = concern_of(crash)
    sentence = _kind(crash).format(what=f"（{what}）" if what else "", kind=type(crash).__name__, limit=crash)
    click.echo(f"错误：{sentence}；上一次的结果没有改动；{kept}。", err=True)
    return OUR_MISTAKE


def _kind(crash: BaseException) -> str:
    if isinstance(crash, OurLimit):
        return LIMIT
    if isinstance(crash, MemoryError | BrokenExecutor) or type(crash).__name__ == "ProcessExpired":
        return MEMORY
    if isinstance(crash, TimeoutError):
        return TIME
    return NETWORK if isinstance(crash, ConnectionError) else OURS


class Listened:
    """A stream that somebody may stop reading; from then on it is written to in vain, and the command goes on."""

    def __init__(self, stream: Any) -> None:
        """Write to ``stream``."""
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        """Whatever else the stream can do."""
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write ``text``, if anybody listens."""
        with self._unheard():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        with self._unheard():
            self._stream.flush()

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self.discard()

    def close_gently(self) -> None:
        """Hand on what is left, so that nothing is told of it when the program ends."""
        try:
            self.flush()
        except (OSError, ValueError):
            self.discard()

    def discard(self) -> None:
        """Send what is left, and what comes yet, nowhere."""
        with suppress(OSError, ValueError):  # a stream without a number of its own, or closed: nothing comes of it
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextmanager
def speaking_chinese() -> Iterator[None]:
    """Let the command line library speak Chinese, whatever the locale, on streams that take whatever is written."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("messages", str(files("pledgebatch.cli") / "locale"))
    codecs.register_error(ESCAPED, _escape)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # One that says it is ASCII mostly is not, and nothing Chinese can be said in it.
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(errors=ESCAPED, encoding="utf-8" if ascii_only else stream.encoding)
    heard = [stream and Listened(stream) for stream in (sys.stdout, sys.stderr)]
    # Typed as whole files, of which a stream that is only written to needs little.
    with redirect_stdout(cast(Any, heard[0])), redirect_stderr(cast(Any, heard[1])):
        try:
            yield
        finally:
            for each in heard:
                if each:
                    each.close_gently()


def _escape(mistake: UnicodeError) -> tuple[str, int]:
    assert isinstance(mistake, UnicodeEncodeError)  # nothing is decoded with it
    units = mistake.object[mistake.start : mistake.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[place : place + 2] for place in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs), mistake.end
