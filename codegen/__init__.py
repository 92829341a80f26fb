"""Writes the metadata pages, the generated DTOs and the OpenAPI document from the operations' declarations."""
