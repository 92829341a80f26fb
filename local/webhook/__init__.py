"""A receiver of the webhook, which records what it gets and misbehaves on request."""
