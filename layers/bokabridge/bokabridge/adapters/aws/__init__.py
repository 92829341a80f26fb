"""Adapters that call AWS services other than DynamoDB, and the clients of all of them."""
