"""The companies' Axema settings in UserSyncTable (`SETTINGS`), without their secrets.

The transaction that starts a sync reads IsActive, IsScheduled and PausedDate. SecretVersion names the version of the
secrets that belongs to the connection. RemovalStartedAt marks settings that are being deleted. Rejections and
PausedDate follow from the ends of syncs (ends.py), and a save clears them. IntegrationType is the number of the
connection's kind. The index of that name finds the settings of all companies, because no other item has that attribute.
The members of that kind are attributes with their names on the wire, such as ApiEndpoint. The transaction that commits
a page reads IsActive and AxemaSystem, which follows from those members.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_get
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import SETTINGS, company_of, key
from bokabridge.adapters.dynamodb.lock import forget_failures
from bokabridge.adapters.dynamodb.queries import query_index
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact, update_write
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import Conflict
from bokabridge.settings.kinds import KINDS, get_kind
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.model import AxemaSettings, NameOrder, Safeguards
from bokabridge.settings.ports import REMOVAL_LEASE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_UNCHANGED = "UpdatedDate = :seen"
"""Each save has its own date, so the date is unchanged only if there was no other save."""

_CHANGED = "Another request changed the Axema settings just now. Read them and try again."
_SYNC_RUNS = "A sync of this company is running. Wait until it has ended, then delete the settings again."


class DynamoSettings:
    """SettingsStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str, kinds: Sequence[type[Connection]] = KINDS) -> None:
        self._table = Table(client, table_name)
        self._kinds = kinds

    def find(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        item = self._table.find(key(company_id, SETTINGS))
        return _from_item(company_id, item, self._kinds) if item else None

    def all(self) -> list[AxemaSettings]:
        """See SettingsStore. One request per 100 companies, and one for each kind of connection."""
        found = [item for kind in self._kinds for item in query_index(self._table, "IntegrationType", kind.number)]
        items = batch_get(self._table, [{"PK": item["PK"], "SK": item["SK"]} for item in found])
        return [_from_item(company_of(item), item, self._kinds) for item in items]

    def add(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        try:
            self._table.put(_to_item(settings), "attribute_not_exists(PK)")
        except ConditionFailed:
            raise Conflict("The company has Axema settings already. Change them with PUT.") from None

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """See SettingsStore."""
        try:
            self._table.put(_to_item(after), _UNCHANGED, {":seen": format_date(before.updated_at)})
        except ConditionFailed:
            raise Conflict(_CHANGED) from None

    def resume(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        update = Update.setting(
            key(settings.company_id, SETTINGS),
            {"Rejections": None, "PausedDate": None},
            condition="#UpdatedDate = :seen",
            condition_values={":seen": format_date(settings.updated_at)},
        )
        with suppress(ConditionFailed):
            self._table.update(update)

    def begin_removal(self, before: AxemaSettings, now: datetime) -> None:
        """See SettingsStore. A start of a sync and a removal meet at both items, so only one of them is carried out."""
        if before.removal_started_at is not None and before.removal_started_at + REMOVAL_LEASE > now:
            raise Conflict("Another request is deleting the Axema settings. If this does not end, try again in 30 s.")
        updated_at = before.updated_at + timedelta(milliseconds=1)
        marked = replace(before, is_active=False, updated_at=updated_at, removal_started_at=now)
        idle = update_write(self._table, forget_failures(before.company_id, now))
        put = put_write(self._table, _to_item(marked), _UNCHANGED, {":seen": format_date(before.updated_at)})
        try:
            transact(self._table, [idle, put])
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].failed_condition:
                raise Conflict(_SYNC_RUNS) from None
            raise Conflict(_CHANGED) from None

    def give_up_removal(self, company_id: str, began_at: datetime) -> None:
        """See SettingsStore."""
        update = Update.setting(
            key(company_id, SETTINGS),
            {"RemovalStartedAt": format_date(began_at - REMOVAL_LEASE)},
            condition="#RemovalStartedAt = :began",
            condition_values={":began": format_date(began_at)},
        )
        with suppress(ConditionFailed):
            self._table.update(update)

    def finish_removal(self, company_id: str, began_at: datetime) -> None:
        """See SettingsStore."""
        with suppress(ConditionFailed):
            began = {":began": format_date(began_at)}
            self._table.delete(key(company_id, SETTINGS), "RemovalStartedAt = :began", began)


def _to_item(settings: AxemaSettings) -> Item:
    return {
        **key(settings.company_id, SETTINGS),
        "IntegrationType": settings.connection.number,
        "AxemaSystem": settings.connection.system,
        **settings.connection.to_wire(),
        "NameOrder": settings.name_order,
        "IsActive": settings.is_active,
        "Schedule": settings.schedule,
        "ScheduleTimezone": settings.timezone,
        "IsScheduled": settings.is_scheduled,
        "SecretVersion": settings.secret_version,
        **{wire_name(name): value for name, value in asdict(settings.safeguards).items()},
        "RemovalStartedAt": format_date(settings.removal_started_at) if settings.removal_started_at else None,
        "Rejections": settings.rejections or None,
        "PausedDate": format_date(settings.paused_at) if settings.paused_at else None,
        "CreatedDate": format_date(settings.created_at),
        "UpdatedDate": format_date(settings.updated_at),
    }


def _from_item(company_id: str, item: Item, kinds: Sequence[type[Connection]]) -> AxemaSettings:
    return AxemaSettings(
        company_id=company_id,
        connection=get_kind(item["IntegrationType"], kinds).from_wire(item),
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        name_order=NameOrder(item["NameOrder"]),
        is_active=item["IsActive"],
        schedule=item.get("Schedule"),
        timezone=item["ScheduleTimezone"],
        is_scheduled=item.get("IsScheduled", True),
        secret_version=item.get("SecretVersion"),
        safeguards=_safeguards(item),
        removal_started_at=parse_date(item["RemovalStartedAt"]) if "RemovalStartedAt" in item else None,
        rejections=item.get("Rejections", 0),
        paused_at=parse_date(item["PausedDate"]) if "PausedDate" in item else None,
    )


def _safeguards(item: Item) -> Safeguards:
    """The stored safeguards. Settings that were saved before there were any have the defaults."""
    names = {field.name: wire_name(field.name) for field in fields(Safeguards)}
    return Safeguards(**{name: item[attribute] for name, attribute in names.items() if attribute in item})
