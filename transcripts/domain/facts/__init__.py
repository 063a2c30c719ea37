"""What must be exactly right when somebody retells what was said: numbers, dates, and whether it was denied."""

from __future__ import annotations

from .negations import Negations, negations_in
from .numbers import numbers_in
from .words import dates_in, folded

__all__ = ["Negations", "dates_in", "folded", "negations_in", "numbers_in"]
