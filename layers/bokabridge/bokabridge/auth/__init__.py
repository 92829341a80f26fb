"""Authentication of callers, and their access to companies."""
