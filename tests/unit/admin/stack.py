"""A deployed stack for operators' commands: CloudFormation over real HTTP, and DynamoDB in this process (moto)."""

from werkzeug.wrappers import Request, Response

from admin.api_keys import main
from tests.data import COMPANY_ID
from tests.dynamodb import API_KEYS_TABLE, CUSTOMERS_TABLE, USAGE_TABLE, USER_SYNC_TABLE

STACK = "bokabridge-dev"
TABLES = {
    "UserSyncTableName": USER_SYNC_TABLE,
    "CustomersTableName": CUSTOMERS_TABLE,
    "UsageTableName": USAGE_TABLE,
    "ApiKeysTableName": API_KEYS_TABLE,
}


STACKS = {STACK: TABLES, "another": {"Else": "something"}}


def cloudformation(request: Request) -> Response:
    """CloudFormation's DescribeStacks."""
    outputs = STACKS.get(request.form["StackName"])
    if outputs is None:
        message = "Stack with that id does not exist"
        return xml(error("ValidationError", message), 400)
    members = "".join(
        f"<member><OutputKey>{name}</OutputKey><OutputValue>{value}</OutputValue></member>"
        for name, value in outputs.items()
    )
    stack = f"<member><StackName>{STACK}</StackName><Outputs>{members}</Outputs></member>"
    result = f"<DescribeStacksResult><Stacks>{stack}</Stacks></DescribeStacksResult>"
    return xml(f"<DescribeStacksResponse>{result}</DescribeStacksResponse>")


def error(code: str, message: str = "No.") -> str:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"


def xml(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/xml")


def issue(*options: str, company: str = COMPANY_ID, stack: str = STACK) -> int:
    return main(["--stack", stack, "issue", "--company", company, *options])
