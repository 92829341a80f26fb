"""The libraries that a function runs with."""

import platform

import boto3
import botocore
import urllib3


def library_versions() -> dict[str, str]:
    """The versions of Python and of what the runtime or the layer chooses, by name."""
    libraries = {"boto3": boto3, "botocore": botocore, "urllib3": urllib3}
    return {"python": platform.python_version(), **{name: each.__version__ for name, each in libraries.items()}}
