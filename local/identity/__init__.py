"""A simulator of the identity server (Keycloak's paths and tokens), with invented people of different rights."""
