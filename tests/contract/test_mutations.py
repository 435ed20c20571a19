"""Mutated requests over real connections: each its one code, and the connection stays."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import data
from tests import mutations
from tests.mutations import Case
from tests.mutations.kinds import KINDS
from tests.mutations.target import Target, serve_unlimited
from tests.raw import Connection


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with serve_unlimited(tmp_path_factory.mktemp("mutations")) as (server, found):
        yield found
        log = server.log.read_text("utf-8")
        assert '"event": "unexpected"' not in log
        assert "Traceback" not in log


@pytest.fixture(scope="module")
def connection(target: Target) -> Iterator[Connection]:
    with Connection(target.endpoint) as open_one:
        yield open_one


def check(connection: Connection, case: Case) -> None:
    outcome = mutations.attempt(connection, case)
    assert not outcome.faults, str(case)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_in_every_form(
    target: Target, connection: Connection, kind: mutations.Kind
) -> None:
    for number, form in enumerate(kind.forms):
        check(connection, mutations.make(kind, form, 7 * number + len(kind.name), target))


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data())
def test_any_mutation(target: Target, connection: Connection, data: "data") -> None:
    check(connection, data.draw(mutations.strategy(target)))
