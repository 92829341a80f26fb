"""ServiceStack's `?jsconfig=`: switches by which a caller changes how a response is written."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache


class NameCase(Enum):
    """How members are named."""

    AS_DECLARED = auto()
    CAMEL = auto()
    SNAKE = auto()


@dataclass(frozen=True, slots=True)
class Switches:
    """What the caller asked for. JSON, JSON Lines and JSV obey all of it, CSV `excludes_defaults` alone, XML nothing.

    `excludes_defaults` leaves out zeros, `false` and empty GUIDs too. `includes_nulls` writes nulls, in JSON only.
    `is_indented` spreads JSON over several lines.
    """

    name_case: NameCase = NameCase.AS_DECLARED
    excludes_defaults: bool = False
    includes_nulls: bool = False
    is_indented: bool = False

    def cased(self, name: str) -> str:
        """The name of a member as the caller wants it."""
        match self.name_case:
            case NameCase.AS_DECLARED:
                return name
            case NameCase.CAMEL:
                return _camel(name)
            case NameCase.SNAKE:
                return _snake(name)


PLAIN = Switches()

_FLAGS = {
    "edv": "excludes_defaults",
    "excludedefaultvalues": "excludes_defaults",
    "inv": "includes_nulls",
    "includenullvalues": "includes_nulls",
    "pp": "is_indented",
    "i": "is_indented",
    "indent": "is_indented",
}
_CASES = {
    "eccn": NameCase.CAMEL,
    "emitcamelcasenames": NameCase.CAMEL,
    "epcn": NameCase.AS_DECLARED,
    "emitpascalcasenames": NameCase.AS_DECLARED,
    "elun": NameCase.SNAKE,
    "emitlowercaseunderscorenames": NameCase.SNAKE,
}
_CASES_BY_VALUE = {
    "cc": NameCase.CAMEL,
    "camelcase": NameCase.CAMEL,
    "pc": NameCase.AS_DECLARED,
    "pascalcase": NameCase.AS_DECLARED,
    "d": NameCase.AS_DECLARED,
    "default": NameCase.AS_DECLARED,
    "sc": NameCase.SNAKE,
    "snakecase": NameCase.SNAKE,
}


def parse_switches(text: str | None) -> Switches:
    """The switches in a text such as `eccn,edv:false`. Keys have any case; unknown keys are ignored; the last one wins.

    `iti`, which would write the names of our classes, is not supported.
    """
    if not text:
        return PLAIN
    flags: dict[str, bool] = {}
    name_case = NameCase.AS_DECLARED
    for item in text.lower().split(","):
        key, _, value = item.partition(":")
        is_on = value not in ("false", "0")
        if key in _FLAGS:
            flags[_FLAGS[key]] = is_on
        elif key in _CASES and is_on:
            name_case = _CASES[key]
        elif key in ("tc", "textcase"):
            name_case = _CASES_BY_VALUE.get(value, name_case)
    return Switches(name_case, **flags)


@cache
def _camel(name: str) -> str:
    """`CompanyId` as `companyId`, `URLPath` as `urlPath`, as ServiceStack does (StringExtensions.cs, ToCamelCase)."""
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    lowered = capitals if capitals in (0, 1, len(name)) else capitals - 1
    return name[:lowered].lower() + name[lowered:]


@cache
def _snake(name: str) -> str:
    """`CompanyId` as `company_id` (StringExtensions.cs, ToLowercaseUnderscore)."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in _camel(name))
