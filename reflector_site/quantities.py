"""Sizes, times and limits as people write them in settings."""

from __future__ import annotations

import re

_SIZE_UNITS = {"": 1, "B": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("KMGT", start=1)
    for suffix, base in (("", 1000), ("B", 1000), ("IB", 1024))
}
_DURATION_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}
_DURATION_PIECE = r"([0-9]+(?:\.[0-9]+)?)\s*(ms|[smhd])\s*"


def size_of(value: str) -> int | None:
    """Bytes in "500MB", "1.5 GiB" or a plain number; None where it is no size."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)", value)
    if not match or match[2].upper() not in _SIZE_UNITS:
        return None
    return int(float(match[1]) * _SIZE_UNITS[match[2].upper()])


def seconds_of(value: str) -> float | None:
    """Seconds in "90", "90s", "1h30m" or "7d"; None where it is no time."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value)
    if not re.fullmatch(rf"({_DURATION_PIECE})+", value.lower()):
        return None
    pieces = re.findall(_DURATION_PIECE, value.lower())
    return sum(float(amount) * _DURATION_UNITS[unit] for amount, unit in pieces)


def rate_of(value: str) -> tuple[int, int] | None:
    """How often in how many seconds: "600/min", "10/s", "5/15m"; None where it is no such thing."""
    match = re.fullmatch(r"([0-9]{1,9})\s*/\s*([0-9a-z]+)", value.lower())
    if not match:
        return None
    seconds = _RATE_UNITS.get(match[2]) or seconds_of(match[2])
    return (int(match[1]), int(seconds)) if int(match[1]) and seconds and seconds >= 1 else None


def limits(minimum: float | None, maximum: float | None, *, unit: str = "") -> str:
    """The limits in words, with a space before them; "" where there are none."""
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}{unit}"
    if minimum is not None:
        return f" of at least {minimum}{unit}"
    if maximum is not None:
        return f" of at most {maximum}{unit}"
    return ""


def within(value: float, minimum: float | None, maximum: float | None) -> bool:
    """Whether the value keeps to its limits, both included."""
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)
