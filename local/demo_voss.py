"""The VOSS part of the demo: a usage is forwarded, sent again with the same key, and billed once."""

import uuid
from typing import Any

import urllib3
from rich.console import Console
from rich.table import Table

ARTICLE, QUANTITY = "KONSULT-TIM", 6


class DemoFailed(Exception):
    """A step of the demo failed; the message says which one and why."""


def show_voss(stack: dict[str, Any], console: Console | None = None) -> None:
    """Forward a usage, repeat it with the same key, and show the bill. Raises DemoFailed.

    `stack` is the content of `.local/stack.json`.
    """
    console = console or Console()
    company = stack["Companies"][0]
    key = f"demo-{uuid.uuid4()}"
    console.print(f"[bold]VOSS[/bold]: {company['Name']} used {QUANTITY} of {ARTICLE}.")
    before = _bill(stack)
    first = _post(stack, company["CompanyId"], key)
    console.print("  POST /voss/usage     → 200, with the invoice rows from VOSS")
    second = _post(stack, company["CompanyId"], key)
    expect(second.headers.get("Idempotency-Replayed") == "true", "the second response is not marked as a repeat.")
    expect(second.data == first.data, "the second response differs from the first.")
    console.print("  the same key again   → 200, the same response, Idempotency-Replayed: true")
    lines = [line for line in _bill(stack) if line not in before]
    expect(len(lines) == 1, f"the bill has {len(lines)} new lines instead of one.")
    _show(console, lines[0], first.json())


def _post(stack: dict[str, Any], company_id: str, key: str) -> urllib3.BaseHTTPResponse:
    response = urllib3.request(
        "POST",
        f"{stack['ApiUrl']}/voss/usage",
        json={"CompanyId": company_id, "ArticleNumber": ARTICLE, "Quantity": QUANTITY},
        headers={"Authorization": f"Bearer {stack['Tokens']['write']}", "Idempotency-Key": key},
        timeout=60,
        retries=False,
    )
    expect(response.status == 200, f"POST /voss/usage returned {response.status}: {response.data.decode()}")
    return response


def _bill(stack: dict[str, Any]) -> list[dict[str, Any]]:
    response = urllib3.request("GET", f"{stack['VossUrl']}/_state", timeout=10, retries=False)
    usages: list[dict[str, Any]] = response.json()["usages"]
    return usages


def expect(holds: bool, otherwise: str) -> None:
    """Raises DemoFailed with this message unless the condition holds."""
    if not holds:
        raise DemoFailed(otherwise)


def _show(console: Console, line: dict[str, Any], result: dict[str, Any]) -> None:
    table = Table(title="VOSS's bill: one line", title_justify="left")
    for heading in ("usage (our ledger's id)", "article", "quantity", "amount"):
        table.add_column(heading)
    amount = result["customerBalanceChange"]["totalAmount"]
    table.add_row(line["key"], line["articleNumber"], str(line["quantity"]), f"{amount:.2f} kr")
    console.print(table)
