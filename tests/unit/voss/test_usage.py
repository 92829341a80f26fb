"""The timing of a usage's claims."""

from datetime import timedelta

import pytest

from bokabridge.voss.timing import Timing


def test_timing_without_room_between_the_last_post_and_the_read_back_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        Timing(send_window=timedelta(seconds=8), settle_after=timedelta(seconds=15))
