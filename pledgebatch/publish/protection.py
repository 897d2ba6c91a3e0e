"""The settings that say what superiors do not see, checked against the declaration of the fields."""

from dataclasses import dataclass

from pledgebatch.notice.settings import declared, setting
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import REGISTRY, SHEETS

PERSONAL: dict[str, Field] = {}
"""The fields that say something of a person, by key, in their order; of several with one key the first."""
for _field in (field for sheet in (*SHEETS, REGISTRY) for field in sheet.fields if field.is_personal):
    PERSONAL.setdefault(_field.key, _field)
MASKABLE = (Kind.TEXT, Kind.PERSON, Kind.PHONE, Kind.EMAIL)
"""What stays readable with all but its beginning covered."""
EVERYBODY = "name"
"""The field that stands for every person: who keeps the names of members back keeps back all names."""
PERSONS = frozenset(key for key, field in PERSONAL.items() if field.kind is Kind.PERSON)
"""The fields that name persons."""
MASKED = tuple(key for key, field in PERSONAL.items() if field.kind in MASKABLE)
"""Those of the personal fields that can be masked."""
GUIDED = "指导"


@dataclass(frozen=True)
class Protection:
    """What superiors do not see, by their role: direct superiors, and those who only guide (隶属关系 all 指导)."""

    direct_leave_out: tuple[str, ...] = setting(
        (), "对直接上级略去", choices=tuple(PERSONAL), example='["birth_month", "ethnicity"]'
    )
    direct_mask: tuple[str, ...] = setting((), "对直接上级遮盖", choices=MASKED, example='["name"]')
    guidance_leave_out: tuple[str, ...] = setting((), "对只作指导的上级略去", choices=tuple(PERSONAL))
    guidance_mask: tuple[str, ...] = setting((), "对只作指导的上级遮盖", choices=MASKED)

    def __post_init__(self) -> None:
        """Raise ValueError for a key that is no personal field, or one that cannot be masked."""
        for name, (one, kind, _) in declared(Protection).items():
            if not one.allows(list(getattr(self, name)), kind):
                raise ValueError(f"{name} = {getattr(self, name)}")

    def of(self, month: Month) -> "Withheld":
        """What is kept from the superior of the organisations in ``month``."""
        if set(month.coverage["relation"].dropna()) == {GUIDED}:
            return Withheld.of(self.guidance_leave_out, self.guidance_mask)
        return Withheld.of(self.direct_leave_out, self.direct_mask)

    def __bool__(self) -> bool:
        return any(vars(self).values())


UNPROTECTED = Protection()
"""Superiors see everything, as the notice has it."""


@dataclass(frozen=True)
class Withheld:
    """The fields that one reader does not see, and those of which it sees the beginning."""

    left_out: frozenset[str]
    masked: frozenset[str]

    @classmethod
    def of(cls, left_out: tuple[str, ...], masked: tuple[str, ...]) -> "Withheld":
        """Who leaves out names leaves out all persons, who masks them masks all; what is left out is not masked."""
        out = {*left_out, *(PERSONS if EVERYBODY in left_out else ())}
        return cls(frozenset(out), frozenset({*masked, *(PERSONS if EVERYBODY in masked else ())} - out))

    def __bool__(self) -> bool:
        return bool(self.left_out or self.masked)

    @property
    def touched(self) -> frozenset[str]:
        """The fields that are not seen as they are."""
        return self.left_out | self.masked

    def in_words(self) -> str:
        """What the cover says of it."""
        phrases = [
            verb + "".join(f"“{field.header}”" for key, field in PERSONAL.items() if key in keys)
            for verb, keys in (("略去", _as_set(self.left_out)), ("遮盖", _as_set(self.masked)))
            if keys
        ]
        return f"按设置，本台账{'，'.join(phrases)}，在别的栏目、文字和文件名中也一样，相关问题只写规则要求，不写原来填的内容。"


def _as_set(keys: frozenset[str]) -> frozenset[str]:
    """The fields as the settings have them: one stands for all persons."""
    return keys - PERSONS | {EVERYBODY} if EVERYBODY in keys else keys


def meaning() -> str:
    """What the settings of protection are about, for the settings file."""
    listed = "、".join(f"{key} {field.header}" for key, field in PERSONAL.items())
    no_mask = "、".join(field.header for field in PERSONAL.values() if field.kind not in MASKABLE)
    return (
        f"报给上级的台账、清单和一页通可以略去或遮盖的个人栏目：{listed}。遮盖只留第一个字；{no_mask}只能略去。"
        "写了 name，责任人、审查人等所有人名都一样处理。"
        "被略去、遮盖的人名、电话、邮箱、年月，在承诺文字、意见、问题、文件名等处出现时也遮盖。封面会写明略去了什么。"
    )
