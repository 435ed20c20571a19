"""Structured logs with RequestId, and metrics; nothing personal in either.

What may be logged is a closed list of fields: a value reaches a line only under a name in `FIELDS`,
so a forgotten argument cannot carry an image, a name or a number out.
"""

import logging
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "request_id", "service", "action", "version", "code",
        "account", "key", "algorithm", "billed", "bytes_in", "bytes_out", "millis", "steps",
        "explanation", "error_type", "frames", "url", "engine", "embedding", "models", "seconds",
        "reason", "database", "rows", "count", "address", "ignored", "library",
        "job",
    }
)  # fmt: skip
_WORDS = 200  # characters of what a library says


def _only_known_fields(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> Mapping[str, Any]:
    unknown = sorted(set(event) - FIELDS)
    for name in unknown:
        del event[name]
    if unknown:
        event["reason"] = f"fields not allowed in a log were dropped: {', '.join(unknown)}"
    return event


class _Libraries(logging.Handler):
    """Writes what a library says as a line of ours: its words, not the values it put into them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; an exception with its type and place."""
        error = record.exc_info[1] if record.exc_info else None
        known = {"error_type": describe(error)} if error else {}
        words = str(record.msg).partition("\n")[0]
        log().log(record.levelno, words[:_WORDS], library=record.name, **known)


def configure(level: str = "info") -> None:
    """Send JSON lines to standard error; libraries speak only from warning upwards."""
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log() -> structlog.typing.FilteringBoundLogger:
    """The logger every module uses: `log().info("event", request_id=...)`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def describe(error: BaseException) -> str:
    """Type and place of an exception; not its text, which may hold what a caller sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__qualname__ + place


class Metrics:
    """The counters and histograms of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "countenance_requests_total",
            "Answers by service, action and code (Success where there is no error).",
            ["service", "action", "code"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "countenance_request_seconds",
            "Time from the first byte to the answer.",
            ["service", "action"],
            buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
            registry=self.registry,
        )
        self.step_seconds = Counter(
            "countenance_step_seconds_total",
            "Time spent in each step of the request chain.",
            ["step"],
            registry=self.registry,
        )
        self.waiting = Gauge(
            "countenance_perception_held",
            "Perception calls accepted and not finished.",
            registry=self.registry,
        )
        self.jobs = Gauge(
            "countenance_jobs",
            "Jobs that wait, run, or are to be tried again.",
            ["kind"],
            registry=self.registry,
        )
        self.attempts = Counter(
            "countenance_attempts_total",
            "Judged recordings by the number that is told for them (0 passed).",
            ["family", "code"],
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The exposition format, as Prometheus scrapes it."""
        return generate_latest(self.registry)
