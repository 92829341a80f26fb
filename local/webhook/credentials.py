"""The secret of the local stack's webhook."""

SECRET = "webhook-demo-secret"
