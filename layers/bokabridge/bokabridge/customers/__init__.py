"""Customers: their values, and the port to the directory that stores them."""
