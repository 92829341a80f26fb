"""Batches: `{Operation}[]` runs one operation for several request DTOs, as ServiceStack's auto-batching does.

All items are validated before the first one runs. The first failure ends the batch, and its error is the whole
response. The items before it have been executed; there is no transaction.
"""

from collections.abc import Callable, Sequence

from bokabridge.errors import InvalidInput, Unavailable

MAX_ITEMS = 100

COMPLETED_HEADER = "X-AutoBatch-Completed"
INDEX_MEMBER = "AutoBatchIndex"
"""The member of an error's Meta that names the failed item, counted from 0."""


class ItemFailed(Exception):
    """An item failed. `completed` is the number of items that ran before it, or None if none was allowed to run."""

    def __init__(self, index: int, error: Exception, completed: int | None) -> None:
        super().__init__(str(error))
        self.index = index
        self.error = error
        self.completed = completed


def run_batch[Item, Valid, Result](
    items: Sequence[Item],
    validate: Callable[[Item], Valid],
    execute: Callable[[int, Valid], Result],
    has_time: Callable[[], bool],
) -> list[Result]:
    """The results in the items' order. `execute` gets an item's index; `has_time` says whether one more may begin.

    Raises InvalidInput for too many items, or ItemFailed.
    """
    if len(items) > MAX_ITEMS:
        message = f"A batch has at most {MAX_ITEMS} items. Send the others in another one."
        raise InvalidInput(message, code="BatchTooLarge")
    valid: list[Valid] = []
    for index, item in enumerate(items):
        try:
            valid.append(validate(item))
        except Exception as error:
            raise ItemFailed(index, error, None) from error
    results: list[Result] = []
    for index, ready in enumerate(valid):
        if not has_time():
            late = Unavailable("There was no time for this item and those after it. Send them again.")
            raise ItemFailed(index, late, len(results))
        try:
            results.append(execute(index, ready))
        except Exception as error:
            raise ItemFailed(index, error, len(results)) from error
    return results
