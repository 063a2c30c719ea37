"""Times and sizes as people write them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def clock(seconds: float) -> str:
    """A place in a recording: 75.4 is "1:15", 3675 is "1:01:15"."""
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


@register.filter
def timer(seconds: float | None) -> str:
    """Time that passes or is left, as mm:ss or h:mm:ss: 75.4 is "01:15", 3675 is "1:01:15". None: nobody can tell."""
    if seconds is None:
        return "estimating…"
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"


@register.filter
def figure(number: float) -> str:
    """A count without needless decimals: 12.0 is "12", 12.5 is "12.5"."""
    return f"{number:.1f}".removesuffix(".0")


@register.filter
def lasting(milliseconds: float) -> str:
    """How long something lasts: 42000 is "42 s", 75400 is "1 min 15 s", 3675000 is "1 h 1 min"."""
    minutes, second = divmod(int(max(milliseconds, 0) / 1000), 60)
    hour, minute = divmod(minutes, 60)
    if hour:
        return f"{hour} h {minute} min" if minute else f"{hour} h"
    if minute:
        return f"{minute} min {second} s" if second else f"{minute} min"
    return f"{second} s"


@register.filter
def size(count: int) -> str:
    """Bytes in decimal units, as in the settings: 4000000000 is "4 GB"."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}".replace(".0 ", " ")
    return f"{count} bytes"
