"""The LineBuilder that plugins use. Executed anew in `__main__` before every run, so each run has its own classes.
Every encoding is stated in docs/reference/processing-engine.md."""

from collections import OrderedDict


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
