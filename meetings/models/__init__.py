from .rooms import Room

__all__ = ["Room"]
