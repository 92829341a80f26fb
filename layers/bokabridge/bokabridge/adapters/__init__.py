"""Everything that talks to the outside: DynamoDB, Step Functions, Secrets Manager, Axema."""
