"""The local stack: the built template on an emulator of AWS, with simulators of the systems around it."""
