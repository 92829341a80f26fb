"""A simulator of the identity server, with Keycloak's paths and tokens and one invented user per role."""
