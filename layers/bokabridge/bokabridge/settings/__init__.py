"""A company's Axema settings: the connection, its secret and its schedule."""
