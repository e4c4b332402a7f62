"""What the trigger's arguments say, checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    field: str
    source: str
    to: str


@dataclass(frozen=True)
class Settings:
    table: str
    units: tuple

    @classmethod
    def of(cls, args):
        for name in ("table", "units"):
            if name not in args:
                raise ValueError(f"the trigger argument '{name}' is missing")
        return cls(args["table"], tuple(parse_unit(text) for text in args["units"].split(";")))


def parse_unit(text):
    parts = text.strip().split(":")
    if len(parts) != 3:
        raise ValueError(f"'{text}' is not field:from:to")
    return Unit(*parts)
