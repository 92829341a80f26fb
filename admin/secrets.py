"""`bokabridge secrets`: moving the companies' secrets from one store to another."""

import typer

from admin.checks.secrets import BOTH, SECRETS_MANAGER
from admin.command import command, group
from admin.exits import ExitCode
from admin.output import print_rows
from admin.session import Session
from bokabridge.errors import BridgeError, InvalidInput
from bokabridge.operations.settings import UPDATE_AXEMA_CODE_LOCK_SETTING

app = group("Move the companies' secrets from one store to another.")


@command(app, "copy")
def copy(session: Session) -> None:
    """Save every company's settings as they are, which copies its secrets to both stores. For a superadmin.

    `bokabridge doctor` says afterwards whether every company's secrets are in both.
    """
    store = session.deployed.stack.parameters.get("SecretStore", SECRETS_MANAGER)
    if store != BOTH:
        raise InvalidInput(f"SecretStore is {store}. Deploy with SecretStore=Both first (docs/deploy.md).")
    rows = [
        {"CompanyId": company_id, "Result": _save(session, company_id)}
        for company_id in sorted(session.deployed.survey().secret_versions)
    ]
    print_rows(rows, ("CompanyId", "Result"), session.format, "No company has Axema settings.")
    if any(row["Result"] != "saved" for row in rows):
        raise typer.Exit(ExitCode.BAD_NEWS)


def _save(session: Session, company_id: str) -> str:
    try:
        session.api.call(UPDATE_AXEMA_CODE_LOCK_SETTING, CompanyId=company_id)
    except BridgeError as refused:
        return str(refused)
    return "saved"
