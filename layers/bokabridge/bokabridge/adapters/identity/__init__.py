"""The identity server: an OpenID Connect issuer with Keycloak's paths and claims."""
