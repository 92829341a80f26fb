"""The VOSS part of the demo: one usage is forwarded, asked for again, and is on the bill once."""

import uuid
from typing import Any

import urllib3
from rich.console import Console
from rich.table import Table

ARTICLE, QUANTITY = "KONSULT-TIM", 6


class DemoFailed(Exception):
    """A step did not show what it was to show; the message says what."""


def show_voss(stack: dict[str, Any], console: Console | None = None) -> None:
    """Forwards a usage, repeats it with the same key, shows the bill. `stack` is the content of `.local/stack.json`.

    Raises DemoFailed on anything unexpected.
    """
    console = console or Console()
    company = stack["Companies"][0]
    key = f"demo-{uuid.uuid4()}"
    console.print(f"[bold]VOSS[/bold]: {company['Name']} used {QUANTITY} of {ARTICLE}.")
    before = _bill(stack)
    first = _post(stack, company["CompanyId"], key)
    console.print("  POST /voss/usage                → 200, the invoice rows that VOSS made")
    second = _post(stack, company["CompanyId"], key)
    expect(second.headers.get("Idempotency-Replayed") == "true", "The repeat was not told as one.")
    expect(second.data == first.data, "The repeat was answered differently.")
    console.print("  the same, with the same key     → 200, the same answer, Idempotency-Replayed: true")
    lines = [line for line in _bill(stack) if line not in before]
    expect(len(lines) == 1, f"There are {len(lines)} new lines on the bill; there should be one.")
    _show(console, lines[0], first.json())


def _post(stack: dict[str, Any], company_id: str, key: str) -> urllib3.BaseHTTPResponse:
    answer = urllib3.request(
        "POST",
        f"{stack['ApiUrl']}/voss/usage",
        json={"CompanyId": company_id, "ArticleNumber": ARTICLE, "Quantity": QUANTITY},
        headers={"Authorization": f"Bearer {stack['Tokens']['write']}", "Idempotency-Key": key},
        timeout=60,
        retries=False,
    )
    expect(answer.status == 200, f"POST /voss/usage was answered {answer.status}: {answer.data.decode()}")
    return answer


def _bill(stack: dict[str, Any]) -> list[dict[str, Any]]:
    answer = urllib3.request("GET", f"{stack['VossUrl']}/_state", timeout=10, retries=False)
    usages: list[dict[str, Any]] = answer.json()["usages"]
    return usages


def expect(holds: bool, otherwise: str) -> None:
    """Raises DemoFailed with the sentence unless it holds."""
    if not holds:
        raise DemoFailed(otherwise)


def _show(console: Console, line: dict[str, Any], result: dict[str, Any]) -> None:
    table = Table(title="VOSS's bill: one line", title_justify="left")
    for heading in ("usage (our ledger's id)", "article", "quantity", "amount"):
        table.add_column(heading)
    amount = result["customerBalanceChange"]["totalAmount"]
    table.add_row(line["key"], line["articleNumber"], str(line["quantity"]), f"{amount:.2f} kr")
    console.print(table)
