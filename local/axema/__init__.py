"""A simulator of Axema's systems, VAKA Online and a company's own, with deterministic invented people."""
