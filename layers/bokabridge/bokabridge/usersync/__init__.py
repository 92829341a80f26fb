"""The user sync: its values, its rules and the ports it needs. Pure but for the ports."""
