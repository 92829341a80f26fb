"""Publishing stored notices."""

from collections.abc import Callable

from bokabridge.usersync.notice import Notice, message_of
from bokabridge.usersync.notice_ports import NoticeStore, NoticeTopic


def publish_notice(
    company_id: str, job_id: str, *, notices: NoticeStore, topic: NoticeTopic, link: Callable[[Notice], str]
) -> bool:
    """Publish the notice of this job. A repetition publishes the same message again. Raises RetriableError.

    Returns False if there is no notice, because it has expired.
    """
    notice = notices.find(company_id, job_id)
    if notice is None:
        return False
    topic.publish(message_of(notice, link(notice)))
    return True
