"""The demo of VOSS usage."""

from rich.console import Console

from local.demo_voss import show_voss
from tests.e2e.voss.bridge import VossBridge


def test_the_demo_shows_one_line_for_a_repeated_usage(bridge: VossBridge) -> None:
    console = Console(record=True, width=120)
    show_voss(bridge.stack.describe(), console)
    assert "one line" in console.export_text()
