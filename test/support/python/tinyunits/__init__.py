"""Units of measurement: small, and of no use outside of tests."""

from .errors import UnitError
from .quantity import Quantity
from .registry import Registry

__all__ = ["Quantity", "Registry", "UnitError"]
__version__ = "1.2"
