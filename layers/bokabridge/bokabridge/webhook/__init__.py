"""The deployment's webhook: an address of the operator's own to which notices are posted."""
