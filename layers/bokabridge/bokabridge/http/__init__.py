"""HTTP at the edge: operations, wire models, errors. Nothing here knows a business rule."""
