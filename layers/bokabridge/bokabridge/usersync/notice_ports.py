"""The ports of notices. Their adapters are in adapters/, and their in-memory versions are in end_fakes.py."""

from typing import Protocol

from bokabridge.usersync.notice import Message, Notice


class NoticeStore(Protocol):
    """The notices that JobStore.finish stores."""

    def find(self, company_id: str, job_id: str) -> Notice | None:
        """The notice of this job, or None."""
        ...


class NoticeTopic(Protocol):
    """The topic on which notices are published."""

    def publish(self, message: Message) -> None:
        """Publish the message. Raises RetriableError."""
        ...
