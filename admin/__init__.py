"""`bokabridge`, the command line of operators and developers. docs/cli.md describes it."""
