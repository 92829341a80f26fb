"""The link between an Axema user and a customer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """The customer of one Axema user, and what a sync last wrote to it.

    `changed_by` and `changed_on_page_index` are the id of the job and the index of the page that last wrote the
    customer. `created` is True if that write created the customer, and False if it updated or adopted one.
    """

    source_user_id: str
    customer_id: str
    content_hash: str
    changed_by: str
    changed_on_page_index: int
    created: bool
