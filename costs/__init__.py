"""What bokabridge costs: counted operations, and AWS's prices of a day. `make cost` writes docs/cost.md."""
