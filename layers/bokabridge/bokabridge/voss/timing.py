"""The periods and limits that bound what senders and the reconciler may do with one usage."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Timing:
    """The limits of one deployment.

    A POST begins within `send_window` of the claim or not at all. After `settle_after`, no POST of that claim can still
    be in progress: the period is longer than a function can run, and leaves VOSS time to finish what it has received.
    `max_posts` is the highest number of POSTs of one usage that VOSS may have carried out. `give_up_after` is the
    period after the last claim in which we wait for VOSS to list a usage; `unclear_for_at_most` is the longest time
    that a usage stays unsettled while VOSS gives no readable list at all.
    """

    send_window: timedelta = timedelta(seconds=8)
    settle_after: timedelta = timedelta(seconds=80)
    max_posts: int = 3
    look_again_after: timedelta = timedelta(seconds=45)
    """Shorter than the minute between two runs, so that every run looks; not zero, so that every usage gets its turn"""
    give_up_after: timedelta = timedelta(minutes=10)
    unclear_for_at_most: timedelta = timedelta(days=3)

    def __post_init__(self) -> None:
        if self.settle_after < 2 * self.send_window:
            raise ValueError("settle_after leaves no room between the last possible POST and the read-back.")
        if self.max_posts < 1:
            raise ValueError("max_posts must be at least 1.")

    def wait_before_next_post(self, posts: int) -> timedelta:
        """The time between the claim of one POST and the next POST, which doubles with each of the `posts` so far."""
        return self.settle_after * 2.0 ** max(0, posts - 1)
