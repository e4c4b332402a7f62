"""Conversions between units: each is a factor and an offset."""

CONVERSIONS = {
    ("celsius", "fahrenheit"): (9 / 5, 32.0),
    ("celsius", "kelvin"): (1.0, 273.15),
    ("kilometres", "miles"): (0.621371, 0.0),
}


def convert(value, source, target):
    if (source, target) not in CONVERSIONS:
        raise ValueError(f"no conversion from {source} to {target}")
    factor, offset = CONVERSIONS[(source, target)]
    return round(value * factor + offset, 6)
