"""The permission matrix: who may do what, at every address that the site has.

`rows/` says what each address needs, `rules.py` what that means for each actor; tests ask every address as everybody,
and docs/permissions.md is printed from the same data. A new address, or a new method of one, needs its row.
"""
