"""Sources of Axema users, one for each kind of connection."""
