"""The declarations of the HTTP operations and their DTOs, one file for each bridge or domain."""
