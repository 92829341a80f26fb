"""A simulator of VOSS, by the assumptions of bokabridge/adapters/voss.py, with a bill that anybody can look at."""
