"""Values of members that operations accept, so that requests get past their validation."""

import uuid
from collections.abc import Sequence
from typing import Any

from tests.fuzz.requests import SECRET


def valid_values(companies: Sequence[str]) -> dict[str, list[Any]]:
    """Valid values by a member's name on the wire. Most requests are about the first company."""
    return {
        "CompanyId": [*companies, *[companies[0]] * 3 * len(companies)],
        "Id": [str(uuid.uuid5(uuid.NAMESPACE_URL, "id")), companies[0].upper()],
        "Status": [0, "Completed", "failed"],
        "State": ["Sent", "pending"],
        "From": ["2026-01-01", "2026-11-21T12:00:00Z", "0001-01-01"],
        "To": ["2099-01-01", "9999-12-31"],
        "Search": ["an", ""],
        "AxemaUserId": ["4711", " Å#/ "],
        "Skip": [0, "2", 1_000_000],
        "Take": [1, 100, "1000"],
        "ArticleNumber": ["SMS-STYCK", " SUPPORT-TIM ", "?"],
        "Quantity": [1, "2", 3.0],
        "ProductType": [1, "addon"],
        "IntegrationType": [1, 1, 2, "LocalApi"],
        "ApiEndpoint": ["127.0.0.1", "[::1]"],
        "ApiPort": [1, "1"],
        "Username": ["bokamera"],
        "Password": [SECRET],
        "DeviceId": ["device"],
        "ClientId": ["client"],
        "ClientSecret": [SECRET],
        "ApiKey": [SECRET],
        "NameOrder": ["LastFirst", "firstlast"],
        "Active": [True, False, "true"],
        "Schedule": ["rate(1 day)", "cron(30 3 ? * MON-FRI *)", ""],
        "ScheduleTimezone": ["Europe/Stockholm", "UTC"],
    }
