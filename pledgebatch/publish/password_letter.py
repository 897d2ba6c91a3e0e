"""密码信: a page for each organisation, to print and hand over: where the door is, its code, its password."""

from collections.abc import Sequence
from dataclasses import dataclass

from pledgebatch.publish.render import template


@dataclass(frozen=True)
class PasswordLetter:
    """What one organisation is told."""

    code: str
    org_name: str
    password: str


def render_password_letters(letters: Sequence[PasswordLetter], address: str, contact: str = "") -> str:
    """The letters one after another; ``address`` is empty where the office has not said yet where the door will be."""
    return template("password_letters.html.j2").render(letters=letters, address=address, contact=contact)
