"""BokaMera's facts that our declarations do not have: .NET's names, and the texts of the members.

Sources: the seeds 000_e6ad77ca7051b331.txt and 003_19185feaf3f9fc6d.txt, and the pages of public-facts 1.1 and 1.3.
"""

from codegen.model import DTOS, Attribute

MODEL = "BokaMera.VossIntegration.ApiTools.Model"
ENUMS = "BokaMera.VossIntegration.ApiTools.Enums"

ENUM_NAMES = {
    "JobStatus": ("AxemaUserSyncStatus", DTOS, ""),
    "ProductType": ("ProductTypeEnum", ENUMS, ""),
    "ProductGroupType": ("ProductGroupTypeEnum", ENUMS, ""),
    "SubscriptionBehaviour": ("SubscriptionBehaviourEnum", ENUMS, ""),
    "CreditKind": ("CreditKindEnum", ENUMS, ""),
    "SubscriptionStatus": ("StatusEnum", MODEL, "CreateSubscriptionProductGroupResult"),
    "TerminationType": ("TypeEnum", MODEL, "SubscriptionItemTerminationDto"),
    "TerminationSource": ("SourceEnum", MODEL, "SubscriptionItemTerminationDto"),
}
"""Name, namespace and declaring class of an enum, by its name in our code. Other enums have our name, in DTOS."""

VOSS_RESULT = "CreateSubscriptionProductGroupResult"
"""The response of CreateVossUsage."""

MEMBER_NAMES = {
    ("CustomerBalanceChangeItemDto", "type"): "ProductType",
    ("CreditOptionsDto", "behaviour"): "SubscriptionBehaviour",
}
"""The .NET names of VOSS's members that are not the wire's name in PascalCase."""

NULLABLE_RESPONSE_STATUS = frozenset({"CustomerQueryResponse"})
"""The responses whose ResponseStatus can be null in .NET."""

_VALIDATE = Attribute("ValidateRequest", {"Validator": "IsAuthenticated"}, is_positional=True)
_UNAUTHORIZED = Attribute(
    "ApiResponse", {"Description": "You were unauthorized to call this service", "StatusCode": 401}
)
_FORBIDDEN = Attribute(
    "ApiResponse", {"Description": "You have too low privileges to call this service", "StatusCode": 403}
)

OURS = (_VALIDATE, _UNAUTHORIZED, _FORBIDDEN)
"""The attributes of our additions to the contract."""

ATTRIBUTES = {
    "CreateAxemaUserSync": OURS,
    "QueryAxemaUserSyncJobs": OURS,
    "GetAxemaUserSyncJob": OURS,
    "CreateVossUsage": (_UNAUTHORIZED, _VALIDATE),
    "GetVossProducts": (_UNAUTHORIZED, _VALIDATE),
}
"""The attributes of the contract's operations that have a public page. Those of the others are unknown."""

WITHOUT_PARAMETER_TYPE = frozenset({"CreateAxemaUserSync", "CreateVossUsage"})
"""The operations whose members do not say where a request has them."""

_TEXTS = {
    "Active": "Whether syncs are possible and scheduled.",
    "After": "The Id of the last customer of the page before. The list goes on after it.",
    "ApiEndpoint": "The host name or IP address of the company's own VAKA system.",
    "ApiKey": "The API key for VAKA Online. It is stored as a secret and never shown.",
    "ApiPort": "The port of the company's own VAKA system.",
    "ClientId": "The client id for VAKA Online.",
    "ClientSecret": "The client secret for VAKA Online. It is stored as a secret and never shown.",
    "CompanyId": "The company id, if empty will use the company id for the user you are logged in with.",
    "DeviceId": "The company's device id at VAKA Online.",
    "DeactivateAfterDays": "How many days people must be missing until their customers become inactive. 0: never.",
    "DryRun": "Only plan the sync or the undo. It writes nothing, and its changes list what it would do.",
    "Force": "Do not hold the sync back, however many people it changes or misses.",
    "From": "Only usages created at this time or later.",
    "HoldChangesPercent": "A sync that would change more of the known people is held back. 0: never.",
    "HoldMissingPercent": "A sync that misses more of the known people is held back. 0: never.",
    "IntegrationType": "The kind of connection (1=LocalApi, 2=CloudBasedApi). If empty, the other members decide.",
    "Kind": "Only changes of this kind (Create, Adopt, Update, Reactivate, Left, Deactivate).",
    "NameOrder": "The order of first and last name in a name without a comma.",
    "Note": "The reason for the decision.",
    "Outcome": "Whether the usage is billed.",
    "Password": "The password for the company's own VAKA system. It is stored as a secret and never shown.",
    "Schedule": "When to sync, like rate(1 day) or cron(30 3 ? * MON-FRI *). An empty text means on request only.",
    "ScheduleTimezone": "The time zone of the schedule, like Europe/Stockholm.",
    "Search": "Only customers whose names, e-mail or phone begin with this text, or with this id.",
    "Skip": "Number of items to leave out at the start of the list.",
    "State": "Filter by state.",
    "Take": "The largest number of items to return.",
    "To": "Only usages created before this time.",
    "Visible": "Only active customers (true) or only inactive ones (false).",
    "Username": "The user name for the company's own VAKA system.",
}
"""What a member of any request means. The text of CompanyId is BokaMera's."""

_TEXTS_OF_ONE = {
    ("GetAxemaUserSyncJob", "Id"): "The sync job id.",
    ("QueryAxemaUserSyncIssues", "Id"): "The sync job id.",
    ("CancelAxemaUserSync", "Id"): "The sync job id.",
    ("UndoAxemaUserSync", "Id"): "The sync job id.",
    ("QueryAxemaUserSyncChanges", "Id"): "The sync job id.",
    ("QueryAxemaUsers", "Search"): "An Axema user id, a customer id, or the start of a name, an e-mail or a phone.",
    ("SyncAxemaUser", "AxemaUserId"): "The user's id in Axema.",
    ("SyncAxemaUser", "DryRun"): "Only say what would be done. Nothing is written.",
    ("QueryAxemaUserSyncJobs", "Status"): "Filter by status (0=Pending, 1=Processing, 2=Completed, 3=Failed).",
    ("GetVossUsage", "Id"): "The usage id.",
    ("SettleVossUsage", "Id"): "The usage id.",
    ("GetVossProducts", "ProductType"): "",
    ("CreateVossUsage", "CompanyId"): "The company id",
    ("CreateVossUsage", "ArticleNumber"): "Article number. Can be fetched from products",
    ("CreateVossUsage", "Quantity"): "Example: developer worked 6 hours",
}


def text_of(operation: str, member: str) -> str:
    """What this member of a request means; "" if BokaMera does not say. Raises KeyError for a member without a text."""
    text = _TEXTS_OF_ONE.get((operation, member))
    return _TEXTS[member] if text is None else text
