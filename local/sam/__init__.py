"""What `sam local` needs of the machine."""
