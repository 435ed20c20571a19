"""The Context of an action that a test calls itself, without the parts that it does not use."""

from typing import Any

from countenance.actions import Context
from countenance.contract.messages import Language
from countenance.net.fetch import Fetcher
from countenance.net.rules import Rules
from countenance.verification.policy import Policy


def make_context(compute: Any = None, language: Language = "en-US", files: Any = None) -> Context:
    """Neither network nor store; `compute` and `files` are those of the test."""
    absent: Any = None
    return Context(
        compute=compute,
        policy=Policy(),
        fetch=Fetcher(Rules(enabled=False)),
        files=files,
        objects=absent,
        sessions=absent,
        policies=absent,
        public_url="",
        language=language,
    )
