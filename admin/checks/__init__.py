"""The checks of `bokabridge doctor`: from what was read of a stack to findings with what to do."""
