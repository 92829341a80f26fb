"""The SNS topic of notices."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.errors import transient_as_retriable
from bokabridge.usersync.notice import Message

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef


class SnsTopic:
    """NoticeTopic on SNS. `client` returns the same client each time; a function without notices never calls it."""

    def __init__(self, client: "Callable[[], SNSClient]", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, message: Message) -> None:
        """See NoticeTopic."""
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            name: {"DataType": "String", "StringValue": str(value)} for name, value in message.attributes.items()
        }
        with transient_as_retriable("SNS"):
            self._client().publish(
                TopicArn=self._topic_arn,
                Subject=message.subject,
                Message=message.body,
                MessageAttributes=attributes,
            )
