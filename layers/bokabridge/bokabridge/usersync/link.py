"""The link between an Axema user and a customer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """That an Axema user is a customer, and what was last written there.

    `changed_by` and `changed_on_page` name the job and the page that wrote it last; `created` says that this
    writing made the customer (and did not update or adopt one).
    """

    axema_user_id: str
    customer_id: str
    content_hash: str
    changed_by: str
    changed_on_page: int
    created: bool
