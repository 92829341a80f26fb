"""Paths in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".local"
BUILD = ROOT / ".aws-sam" / "build"
EMULATOR = STATE / "env" / "emulator"
RUNTIME = STATE / "env" / "runtime"
STACK_FILE = STATE / "stack.json"
SAM = STATE / "env" / "sam" / "bin" / "sam"
