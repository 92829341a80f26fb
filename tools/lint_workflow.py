"""Checks a state machine's definition: `python -m tools.lint_workflow FILE`. (cfn-lint does not read DefinitionUri.)

statelint knows the States Language; the substitutions are filled with an ARN for it.
"""
