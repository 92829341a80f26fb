"""The network that connects the containers of `sam local` to the local stack."""
