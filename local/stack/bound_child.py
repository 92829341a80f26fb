"""A wrapper that makes a program end with its parent: `python bound_child.py COMMAND [ARGUMENT ...]`.

The kernel sends the program SIGTERM when the parent dies, even if the parent is killed. Only Linux offers this.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replace this process by the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
