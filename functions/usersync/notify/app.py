"""Publishes notices: a company's syncs begin to fail, or work again."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.logs import logger
from bokabridge.operations.usersync import GET_AXEMA_USER_SYNC_JOB
from bokabridge.usersync.notice import Notice
from bokabridge.usersync.publish import publish_notice
from bokabridge.wiring.notices import api_url, notices, reader_of_notices, topic


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Records of UserSyncTable's stream, with the keys of new notices → {Published}, their number.

    Raises RetriableError. Lambda then tries the same records again, and finally moves their place in the stream to the
    dead-letter queue.
    """
    logger().append_keys(request_id=context.aws_request_id)
    published = 0
    for company_id, job_id in reader_of_notices()(event):
        is_published = publish_notice(company_id, job_id, notices=notices(), topic=topic(), link=link)
        logger().info("notice", company_id=company_id, job_id=job_id, is_published=is_published)
        published += is_published
    return {"Published": published}


def link(notice: Notice) -> str:
    """The job's URL, for callers of any company who may see it."""
    return f"{api_url()}{GET_AXEMA_USER_SYNC_JOB.path_with(Id=notice.job_id)}?CompanyId={notice.company_id}"
