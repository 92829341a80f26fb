"""Becomes another program that gets SIGTERM when our parent dies: `python bound_child.py COMMAND [ARGUMENT ...]`.

The kernel keeps the promise even if the parent is killed. Elsewhere than on Linux there is no such promise to ask for.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
