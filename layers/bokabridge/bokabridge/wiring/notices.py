"""The notices about a company's syncs."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.notices import SnsTopic
from bokabridge.adapters.dynamodb.notices import DynamoNotices, new_notices
from bokabridge.usersync.notice_ports import NoticeStore, NoticeTopic
from bokabridge.wiring.environment import required, user_sync_table


@cache
def notices() -> NoticeStore:
    """The stored notices."""
    return DynamoNotices(clients.dynamodb(), user_sync_table())


@cache
def topic() -> NoticeTopic:
    """The topic on which they are published."""
    return SnsTopic(clients.sns, required("NOTICE_TOPIC_ARN"))


def reader_of_notices() -> Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]:
    """Reads an event of the table's stream: the company ids and job ids of new notices."""
    return new_notices


def api_url() -> str:
    """The API's address, for links in notices."""
    return required("API_URL").rstrip("/")
