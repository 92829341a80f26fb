"""Sources of Axema users."""
