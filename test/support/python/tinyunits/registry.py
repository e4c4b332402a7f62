import tomllib
from importlib import resources

from .errors import UnitError
from .quantity import Quantity


class Registry:
    """The units of the file that comes with the package."""

    def __init__(self):
        text = resources.files(__package__).joinpath("data", "units.toml").read_text(encoding="utf-8")
        self._units = tomllib.loads(text)

    def unit(self, name):
        if name not in self._units:
            raise UnitError(f"there is no unit {name}")
        return self._units[name]

    def quantity(self, magnitude, unit):
        self.unit(unit)
        return Quantity(magnitude, unit, self)
