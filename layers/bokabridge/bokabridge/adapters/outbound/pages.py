"""All pages of a list within one time limit."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bokabridge.errors import RetriableError

PAGES_AT_ONCE = 4
MAX_PAGES = 1000


def fetch_all[Page](
    fetch: Callable[[int], Page], count_of: Callable[[Page], int], *, who: str, seconds: float
) -> list[Page]:
    """The pages in their order, counted from 0. The first one tells how many there are, and some are read at once.

    Raises RetriableError if they take longer than `seconds` in all or are too many, because a part must not pass for
    the whole list. Raises the error of the first page that failed. A request that is still open ends by its own limit.
    """
    stop_at = time.monotonic() + seconds
    pool = ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="pages")
    try:
        first = pool.submit(fetch, 0).result(seconds)
        if count_of(first) > MAX_PAGES:
            raise RetriableError(f"{who} has a list of more than {MAX_PAGES} pages.")
        others = [pool.submit(fetch, index) for index in range(1, count_of(first))]
        return [first, *(page.result(max(0.0, stop_at - time.monotonic())) for page in others)]
    except TimeoutError:
        raise RetriableError(f"{who} did not send all pages of a list in time.") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
