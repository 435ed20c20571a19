"""What a test needs of the machine."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip for want of something; in CI, which installs everything, fail."""
    if os.environ.get("COUNTENANCE_CI"):
        pytest.fail(f"{what} is missing, and CI should have installed it")
    pytest.skip(f"{what} is missing")
