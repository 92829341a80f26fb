"""Calls of moto, each whole before the next begins, as DynamoDB's are.

moto checks a condition and writes in two steps, between which another thread may write. A test of who wins would then
fail for what DynamoDB never does.
"""

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def one_call_at_a_time(client: "DynamoDBClient") -> None:
    """Makes a client's calls wait for each other."""
    turn = Lock()

    def begin(**_: object) -> None:
        turn.acquire()

    def end(**_: object) -> None:
        turn.release()

    client.meta.events.register("before-call.dynamodb", begin)
    client.meta.events.register("after-call.dynamodb", end)
    client.meta.events.register("after-call-error.dynamodb", end)
