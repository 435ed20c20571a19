"""What reaches a log line, and the metrics."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from countenance import observe


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_a_field_outside_the_list_is_dropped_and_said_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    observe.configure("info")
    observe.log().info("request", request_id="r-1", code="Success", image="/9j/4AAQ", name="Ada")
    (line,) = _lines(capsys)
    assert line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": "r-1",
        "code": "Success",
        "reason": "fields not allowed in a log were dropped: image, name",
    }


def test_known_fields_pass_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    observe.configure("debug")
    sent = {name: name for name in observe.FIELDS - {"event", "level", "timestamp"}}
    observe.log().debug("all", **sent)
    (line,) = _lines(capsys)
    assert {name: line[name] for name in sent} == sent


def test_the_level_cuts(capsys: pytest.CaptureFixture[str]) -> None:
    observe.configure("error")
    observe.log().warning("quiet")
    observe.log().error("loud")
    assert [line["event"] for line in _lines(capsys)] == ["loud"]


def test_libraries_speak_only_from_warning_upwards() -> None:
    program = (
        "import logging; from countenance import observe; observe.configure('debug');"
        "log = logging.getLogger('some.library'); log.info('quiet'); log.warning('loud')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    (line,) = map(json.loads, done.stderr.splitlines())
    assert (line["event"], line["library"]) == ("loud", "some.library")


def test_the_values_in_what_a_library_says_stay_out() -> None:
    program = (
        "import logging; from countenance import observe; observe.configure();"
        "log = logging.getLogger('lib')\n"
        "try: int('Ada')\n"
        "except ValueError: log.exception('%s went wrong\\nAda', 'Ada')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    line = json.loads(done.stderr)
    assert (line["level"], line["event"]) == ("error", "%s went wrong")
    assert line["error_type"].startswith("ValueError")
    assert "Ada" not in done.stderr


def test_metrics_keep_to_their_own_registry() -> None:
    one, other = observe.Metrics(), observe.Metrics()
    one.requests.labels("iai", "CompareFace", "Success").inc()
    one.waiting.set_function(lambda: 3)
    line = 'countenance_requests_total{action="CompareFace",code="Success",service="iai"} 1.0'
    assert line in one.text().decode()
    assert "countenance_perception_held 3.0" in one.text().decode()
    assert line not in other.text().decode()


def test_an_exception_is_described_without_its_text() -> None:
    try:
        int("secret")
    except ValueError as error:
        told = observe.describe(error)
    assert told.startswith("ValueError at test_observe.py:")
    assert observe.describe(ValueError("secret")) == "ValueError"
