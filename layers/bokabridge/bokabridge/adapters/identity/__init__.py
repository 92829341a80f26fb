"""The identity server: an OpenID Connect issuer with the shape of Keycloak."""
