"""The link between an Axema user and a customer."""

from dataclasses import dataclass, replace

from bokabridge import ids


def user_key(system: str, source_user_id: str) -> str:
    """What identifies an Axema user: the system (Connection.system) and the user's id there."""
    return _prefix(system) + source_user_id


def is_of_system(key: str, system: str) -> bool:
    """True if the user key is one of this system's."""
    return key.startswith(_prefix(system))


def source_user_id_of(key: str) -> str:
    """The user's id in its system."""
    return key.partition("#")[2]


def _prefix(system: str) -> str:
    return system.replace("%", "%25").replace("#", "%23") + "#"


@dataclass(frozen=True, slots=True)
class Link:
    """The customer of one Axema user, and what a sync last wrote to it.

    `user_key` identifies the user (see above). `changed_by` is the id of the job that last wrote the customer, and
    `created` is True if that write created the customer, and False if it updated or adopted one. `recognition` finds
    the person again under another user key (recognition.py).

    A vacant link is left behind when another user key of the same person has taken over the customer. Then
    `customer_id` is the id of the customer that the user gets if it comes back.

    `is_deactivated` is True if a sync has made the customer inactive, because the user was missing for long.
    """

    user_key: str
    customer_id: str
    content_hash: str
    changed_by: str
    created: bool
    recognition: str | None = None
    is_vacant: bool = False
    is_deactivated: bool = False

    def deactivated(self) -> "Link":
        """The link after the customer has become inactive."""
        return replace(self, is_deactivated=True)

    def unsure(self, job_id: str) -> "Link":
        """The link after this job has undone a change, so that a sync compares the customer."""
        return replace(self, content_hash="", changed_by=job_id, created=False)

    def vacated(self) -> "Link":
        """The link after the customer has moved to another user key."""
        return replace(
            self,
            customer_id=ids.customer_id(self.user_key, self.customer_id),
            content_hash="",
            created=False,
            recognition=None,
            is_vacant=True,
            is_deactivated=False,
        )
