"""Every rule of every parameter, over HTTP: the exact code, and the parameter named."""

import random
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs
from tests import parameters
from tests.contract.servers import TestServer, recorder
from tests.mutations.drafts import Key
from tests.parameter_calls import call, fault, forms
from tests.raw import Connection

from countenance.contract import catalogue
from countenance.contract.catalogue import Action
from countenance.contract.messages import Language


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with capture_logs(), recorder(tmp_path_factory.mktemp("parameters")) as server:
        yield server


@pytest.fixture(scope="module")
def connection(running: TestServer) -> Iterator[Connection]:
    with Connection(running.endpoint) as one:
        yield one


@pytest.mark.provokes(
    "MissingParameter", "UnknownParameter", "InvalidParameter", "InvalidParameterValue"
)
@pytest.mark.parametrize("action", catalogue.actions(), ids=lambda action: action.name)
def test_every_case_of_an_action(
    running: TestServer, connection: Connection, action: Action
) -> None:
    key = Key(running.secret_id, running.secret_key)
    wrong = [
        f"{case} as {form}: {found}"
        for case in parameters.of(action)
        for form in forms(case)
        if (found := fault(case, call(connection, running.endpoint, key, case, form, "en-US")))
    ]
    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.parametrize("rule", ["missing", "type", "unknown", "enum", "range", "chars"])
def test_both_languages_name_the_parameter(
    running: TestServer, connection: Connection, rule: str
) -> None:
    key = Key(running.secret_id, running.secret_key)
    broken = [case for case in parameters.cases() if case.rule == rule and case.code]
    for case in random.Random(rule).sample(broken, 5):
        said = {}
        languages: tuple[Language, ...] = ("en-US", "zh-CN")
        for language in languages:
            answer = call(connection, running.endpoint, key, case, "json", language)
            assert not fault(case, answer)
            said[language] = answer.message
        assert said["en-US"].isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said["zh-CN"])
