"""The VOSS bridge: the ledger's records and rules, and the ports that they need. No I/O except through the ports."""
