"""Stores and clients as the functions use them: built from the environment on first use, one group to a file.

A function imports the groups that it needs, so that its start-up pays for no other.
"""
