"""VOSS usage: the ledger's records and rules, and the ports they need. Pure but for the ports."""
