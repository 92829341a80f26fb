"""Calls to moto, one after the other, because each call to DynamoDB is atomic.

moto checks a condition and writes in two steps, between which another thread may write. A test of concurrent writers
would then fail because of something that DynamoDB never does.
"""

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def one_call_at_a_time(client: "DynamoDBClient") -> None:
    """Make each call of this client wait until the previous one has finished."""
    turn = Lock()

    def begin(**_: object) -> None:
        turn.acquire()

    def end(**_: object) -> None:
        turn.release()

    client.meta.events.register("before-call.dynamodb", begin)
    client.meta.events.register("after-call.dynamodb", end)
    client.meta.events.register("after-call-error.dynamodb", end)
