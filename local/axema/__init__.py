"""A simulator of VAKA Online, Axema's cloud API, with deterministic invented people behind it."""
