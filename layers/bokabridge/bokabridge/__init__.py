"""bokabridge: Axema users become BokaMera customers; usage becomes VOSS invoice lines."""
