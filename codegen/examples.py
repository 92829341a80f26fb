"""Examples for the OpenAPI document. The people and companies are invented."""

from typing import Any

_COMPANY = "11111111-1111-4111-8111-111111111111"
_JOB = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
_USAGE = "5f0e1d2c-3b4a-4958-8776-655443322110"
_CREATED, _UPDATED = "2026-11-21T18:40:01.123Z", "2026-11-21T18:42:30.456Z"

_RESULT: dict[str, Any] = {
    "productGroupType": "Optional",
    "status": "Active",
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "name": "Hours",
    "created": "2026-11-21T18:40:01Z",
    "customerBalanceChange": {"totalAmount": 7200},
}

_SETTINGS: dict[str, Any] = {
    "CompanyId": _COMPANY,
    "IntegrationType": 2,
    "DeviceId": "gym-lindholmen",
    "ClientId": "vaka-gym-lindholmen",
    "Active": True,
    "NameOrder": "LastFirst",
    "Schedule": "rate(1 day)",
    "ScheduleTimezone": "Europe/Stockholm",
    "HoldChangesPercent": 20,
    "HoldMissingPercent": 20,
    "DeactivateAfterDays": 90,
    "NextRun": "2026-11-22T18:40:01.25Z",
    "Created": _CREATED,
    "Updated": _UPDATED,
}

_USAGE_RESPONSE: dict[str, Any] = {
    "Id": _USAGE,
    "CompanyId": _COMPANY,
    "IdempotencyKey": "invoice-2026-11-17",
    "State": "Sent",
    "ArticleNumber": "HOURS-DEV",
    "Quantity": 6,
    "Attempts": 1,
    "Answer": _RESULT,
    "CreatedDate": _CREATED,
    "UpdatedDate": _UPDATED,
}

_JOB_RESPONSE: dict[str, Any] = {
    "Id": _JOB,
    "CompanyId": _COMPANY,
    "Status": 2,
    "StatusName": "Completed",
    "UsersFound": 120,
    "UsersCreated": 3,
    "UsersUpdated": 1,
    "CreatedDate": _CREATED,
    "UpdatedDate": _UPDATED,
}

_GIVEN_SETTINGS: dict[str, Any] = {
    "IntegrationType": 2,
    "DeviceId": "gym-lindholmen",
    "ClientId": "vaka-gym-lindholmen",
    "ClientSecret": "an invented secret",
    "ApiKey": "an-invented-key",
    "Active": True,
}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateAxemaUserSync": {"CompanyId": _COMPANY},
    "SyncAxemaUser": {"CompanyId": _COMPANY},
    "UndoAxemaUserSync": {"CompanyId": _COMPANY, "DryRun": True},
    "AddAxemaCodeLockSetting": _GIVEN_SETTINGS,
    "UpdateAxemaCodeLockSetting": {"Schedule": "cron(30 3 ? * MON-FRI *)"},
    "TestAxemaCodeLockSetting": {"CompanyId": _COMPANY},
    "CreateVossUsage": {"CompanyId": _COMPANY, "ArticleNumber": "HOURS-DEV", "Quantity": 6},
    "SettleVossUsage": {"CompanyId": _COMPANY, "Outcome": "Billed", "Note": "It is on the invoice of November."},
}
"""The bodies of requests, by operation."""

_HEALTH = {
    "CompanyId": _COMPANY,
    "Active": True,
    "Paused": False,
    "FailuresInRow": 0,
    "LastCompletedDate": _UPDATED,
    "LastCompletedId": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "UsersFound": 120,
    "UsersMissing": 0,
    "NextRun": "2026-11-26T02:00:00.000Z",
}

RESPONSES: dict[str, Any] = {
    "AxemaUserSyncJobResponse": _JOB_RESPONSE,
    "QueryAxemaUserSyncJobsResponse": {"Results": [_JOB_RESPONSE]},
    "QueryAxemaUserSyncIssuesResponse": {
        "UsersUnchanged": 115,
        "UsersSkipped": 1,
        "UsersMissing": 0,
        "Trigger": "Request",
        "StartedDate": _CREATED,
        "CompletedDate": _UPDATED,
        "SystemChanged": False,
        "DryRun": False,
        "Force": False,
        "UsersHeld": 0,
        "Results": [{"AxemaUserId": "4711", "Reason": "The record has no name.", "Skipped": True}],
    },
    "QueryAxemaUserSyncChangesResponse": {
        "Results": [
            {
                "AxemaUserId": "4711",
                "CustomerId": "3d6f0a52-8f0e-4a55-9a41-7f6f2b1c9d10",
                "Name": "Åsa Öberg-Lind",
                "Kind": "Update",
                "Outcome": "Done",
                "Fields": [{"Field": "Lastname", "Before": "Öberg", "After": "Öberg-Lind"}],
            }
        ]
    },
    "SyncAxemaUserResponse": {
        "Id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        "AxemaUserId": "4711",
        "CustomerId": "3d6f0a52-8f0e-4a55-9a41-7f6f2b1c9d10",
        "Name": "Åsa Öberg-Lind",
        "Outcome": "Update",
        "Reason": "The customer differed from Axema's record.",
        "DryRun": False,
        "Fields": [{"Field": "Lastname", "Before": "Öberg", "After": "Öberg-Lind"}],
    },
    "QueryAxemaUsersResponse": {
        "ListId": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        "ListDate": _UPDATED,
        "Results": [
            {
                "AxemaUserId": "4711",
                "CustomerId": "3d6f0a52-8f0e-4a55-9a41-7f6f2b1c9d10",
                "Name": "Åsa Öberg-Lind",
                "Visible": True,
                "Listed": True,
                "Skipped": False,
                "ChangedBy": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
                "ChangedDate": _CREATED,
                "NextStep": "Nothing",
            }
        ],
    },
    "CodeLockAxemaSettingResponse": _SETTINGS,
    "AxemaHealthResponse": _HEALTH,
    "QueryAxemaHealthResponse": {"Results": [_HEALTH]},
    "TestAxemaCodeLockSettingResponse": {"Success": True, "Message": "The connection works."},
    "DeleteAxemaCodeLockSettingResponse": {},
    "CustomerQueryResponse": {
        "Offset": 0,
        "Total": 1,
        "Results": [
            {
                "Id": "3d6f0a52-8f0e-4a55-9a41-7f6f2b1c9d10",
                "CompanyId": _COMPANY,
                "Firstname": "Åsa",
                "Lastname": "Öberg-Lind",
                "Email": "asa.oberg-lind@example.com",
                "Phone": "+46701740605",
                "Created": _CREATED,
                "Updated": _UPDATED,
            }
        ],
    },
    "CreateSubscriptionProductGroupResult": _RESULT,
    "VossUsageResponse": _USAGE_RESPONSE,
    "QueryVossUsagesResponse": {"Offset": 0, "Total": 1, "Results": [_USAGE_RESPONSE]},
    "VossProducts": [{"Name": "Hours, developer", "ArticleNumber": "HOURS-DEV"}],
}
"""The bodies of successes, by DTO."""


def error(code: str, message: str) -> dict[str, Any]:
    """The body of an error."""
    return {"ResponseStatus": {"ErrorCode": code, "Message": message, "Errors": []}}
