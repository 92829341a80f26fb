"""Every operation and the function that serves it, for the router, which must not pay for loading the DTOs.

A test compares this with the declarations and the template.
"""

from bokabridge.http.router import Served

AUTHORIZER = "AUTHORIZER_FUNCTION"
_USER_SYNC = "USER_SYNC_API_FUNCTION"
_SETTINGS = "USER_SYNC_SETTINGS_FUNCTION"
_VOSS = "VOSS_API_FUNCTION"

SERVED = (
    Served("CreateAxemaUserSync", "POST", "/codelock/axema/usersync", _USER_SYNC, "AxemaUserSyncJobResponse"),
    Served("QueryAxemaUserSyncJobs", "GET", "/codelock/axema/usersync", _USER_SYNC, "QueryAxemaUserSyncJobsResponse"),
    Served("GetAxemaUserSyncJob", "GET", "/codelock/axema/usersync/{Id}", _USER_SYNC, "AxemaUserSyncJobResponse"),
    Served("CancelAxemaUserSync", "DELETE", "/codelock/axema/usersync/{Id}", _USER_SYNC, "AxemaUserSyncJobResponse"),
    Served("UndoAxemaUserSync", "POST", "/codelock/axema/usersync/{Id}/undo", _USER_SYNC, "AxemaUserSyncJobResponse"),
    Served(
        "QueryAxemaUserSyncIssues",
        "GET",
        "/codelock/axema/usersync/{Id}/issues",
        _USER_SYNC,
        "QueryAxemaUserSyncIssuesResponse",
    ),
    Served(
        "QueryAxemaUserSyncChanges",
        "GET",
        "/codelock/axema/usersync/{Id}/changes",
        _USER_SYNC,
        "QueryAxemaUserSyncChangesResponse",
    ),
    Served("QueryAxemaUsers", "GET", "/codelock/axema/usersync/users", _USER_SYNC, "QueryAxemaUsersResponse"),
    Served(
        "SyncAxemaUser", "POST", "/codelock/axema/usersync/users/{AxemaUserId}", _USER_SYNC, "SyncAxemaUserResponse"
    ),
    Served("GetAxemaCodeLockSetting", "GET", "/codelock/axema/settings", _SETTINGS, "CodeLockAxemaSettingResponse"),
    Served("AddAxemaCodeLockSetting", "POST", "/codelock/axema/settings", _SETTINGS, "CodeLockAxemaSettingResponse"),
    Served("UpdateAxemaCodeLockSetting", "PUT", "/codelock/axema/settings", _SETTINGS, "CodeLockAxemaSettingResponse"),
    Served(
        "TestAxemaCodeLockSetting",
        "POST",
        "/codelock/axema/settings/test",
        _SETTINGS,
        "TestAxemaCodeLockSettingResponse",
    ),
    Served(
        "DeleteAxemaCodeLockSetting",
        "DELETE",
        "/codelock/axema/settings",
        _SETTINGS,
        "DeleteAxemaCodeLockSettingResponse",
    ),
    Served("GetAxemaHealth", "GET", "/codelock/axema/health", _SETTINGS, "AxemaHealthResponse"),
    Served("QueryAxemaHealth", "GET", "/codelock/axema/health/companies", _SETTINGS, "QueryAxemaHealthResponse"),
    Served("CustomerQuery", "GET", "/customers", _USER_SYNC, "CustomerQueryResponse"),
    Served("CreateVossUsage", "POST", "/voss/usage", _VOSS, "CreateSubscriptionProductGroupResult"),
    Served("GetVossUsage", "GET", "/voss/usage/{Id}", _VOSS, "VossUsageResponse"),
    Served("QueryVossUsages", "GET", "/voss/usage", _VOSS, "QueryVossUsagesResponse"),
    Served("SettleVossUsage", "POST", "/voss/usage/{Id}/settle", _VOSS, "VossUsageResponse"),
    Served("GetVossProducts", "GET", "/voss/products", _VOSS, "List<VossProduct>"),
)
