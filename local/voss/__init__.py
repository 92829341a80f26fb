"""A simulator of VOSS, with the assumptions of bokabridge/adapters/voss.py. Tests can read its bill."""
