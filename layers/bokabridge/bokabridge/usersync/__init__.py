"""The user sync: its values, rules and ports. Its only side effects are calls to the ports."""
