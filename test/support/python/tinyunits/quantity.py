from dataclasses import dataclass
from typing import Any

from .errors import UnitError


@dataclass(frozen=True)
class Quantity:
    magnitude: float
    unit: str
    registry: Any

    def to(self, unit):
        source, target = self.registry.unit(self.unit), self.registry.unit(unit)
        if source["kind"] != target["kind"]:
            raise UnitError(
                f"no way leads from {self.unit} ({source['kind']}) to {unit} ({target['kind']})"
            )
        base = self.magnitude * source["factor"] + source.get("offset", 0.0)
        return Quantity((base - target.get("offset", 0.0)) / target["factor"], unit, self.registry)
