"""The LineBuilder that plugins use. Every run has a class of its own, so that what a plugin does to it ends with the
run. Every encoding is stated in docs/reference/processing-engine.md."""

import __main__
import builtins
from collections import OrderedDict
from types import FunctionType


class InfluxDBError(Exception):
    """Base of everything a LineBuilder raises on its own."""


class InvalidMeasurementError(InfluxDBError):
    """The measurement name cannot be used."""


class InvalidKeyError(InfluxDBError):
    """A tag or field key cannot be used."""


class InvalidLineError(InfluxDBError):
    """The line is not complete."""


def _check_key(key, kind):
    if not key:
        raise InvalidKeyError(f"{kind} key cannot be empty")
    for character, name in ((" ", "spaces"), (",", "commas"), ("=", "equals signs")):
        if character in key:
            raise InvalidKeyError(f"{kind} key '{key}' cannot contain {name}")


def _escape(text):
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


class LineBuilder:
    """Builds one line of line protocol; every setter returns the builder."""

    def __init__(self, measurement):
        if " " in measurement:
            raise InvalidMeasurementError("Measurement name cannot contain spaces")
        self.measurement = measurement
        self.tags = OrderedDict()
        self.fields = OrderedDict()
        self._timestamp_ns = None

    def tag(self, key, value):
        """Adds a tag; the value is turned into text."""
        _check_key(key, "tag")
        self.tags[key] = str(value)
        return self

    def uint64_field(self, key, value):
        """Adds an unsigned integer field."""
        _check_key(key, "field")
        if value < 0:
            raise ValueError(f"uint64 field '{key}' cannot be negative")
        self.fields[key] = f"{value}u"
        return self

    def int64_field(self, key, value):
        """Adds a signed integer field."""
        _check_key(key, "field")
        self.fields[key] = f"{value}i"
        return self

    def float64_field(self, key, value):
        """Adds a float field; whole numbers keep a decimal point."""
        _check_key(key, "field")
        self.fields[key] = f"{int(value)}.0" if value % 1 == 0 else str(value)
        return self

    def string_field(self, key, value):
        """Adds a string field."""
        _check_key(key, "field")
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        self.fields[key] = f'"{escaped}"'
        return self

    def bool_field(self, key, value):
        """Adds a boolean field."""
        _check_key(key, "field")
        self.fields[key] = "t" if value else "f"
        return self

    def time_ns(self, timestamp_ns):
        """Sets the time in nanoseconds since 1970; without it the server's time is used."""
        self._timestamp_ns = timestamp_ns
        return self

    def build(self):
        """Returns the line."""
        line = self.measurement.replace(",", "\\,").replace(" ", "\\ ")
        for key, value in self.tags.items():
            line += f",{key}={_escape(value)}"
        if not self.fields:
            raise InvalidLineError(f"At least one field is required: {line}")
        line += " " + ",".join(f"{_escape(key)}={value}" for key, value in self.fields.items())
        if self._timestamp_ns is not None:
            line += f" {self._timestamp_ns}"
        return line


_EXCEPTIONS = (InfluxDBError, InvalidMeasurementError, InvalidKeyError, InvalidLineError)
_METHODS = {name: value for name, value in vars(LineBuilder).items() if isinstance(value, FunctionType)}
_DOCUMENTATION = LineBuilder.__doc__

# Where the original has them, and where pickle looks for them.
for _exception in _EXCEPTIONS:
    _exception.__module__ = "__main__"
del _exception


def remove():
    """Forgets the class of the last run."""
    builtins.LineBuilder = __main__.LineBuilder = None


def install():
    """Makes the names of the next run. Building a class from its functions costs a third of executing its source."""
    members = {name: FunctionType(value.__code__, value.__globals__, name) for name, value in _METHODS.items()}
    for name, function in members.items():
        function.__qualname__ = f"LineBuilder.{name}"
        function.__doc__ = _METHODS[name].__doc__
    members["__module__"] = "__main__"
    members["__doc__"] = _DOCUMENTATION
    builtins.LineBuilder = __main__.LineBuilder = type("LineBuilder", (), members)
    for exception in _EXCEPTIONS:
        setattr(__main__, exception.__name__, exception)
