"""Every action through the vendor's npm clients: what arrives, and what comes back, is the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.contract import samples
from tests.contract.node_clients import ALGORITHMS, CLIENTS, Outcome, drive, job, typed
from tests.contract.servers import EMPTY_REGION, TestServer, echo, recorder

from countenance.contract import catalogue

ACTIONS = list(catalogue.actions())
METHODS = ["POST", "GET"]
# How many actions the generated clients of the intl package have a method for.
TYPED = 43

Job = dict[str, Any]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with recorder(tmp_path_factory.mktemp("recorder")) as running:
        yield running


@pytest.fixture(scope="module")
def echoing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with echo(tmp_path_factory.mktemp("echo")) as running:
        yield running


def _arrived(server: TestServer, job: Job, outcome: Outcome) -> bool:
    """Whether the server decoded what the client sent, and then said that it has no such action."""
    error = outcome.get("error", {})
    seen = server.seen.get(error.get("requestId"))
    return (
        seen is not None
        and error["code"] == "UnsupportedOperation"
        and (seen.action, seen.region) == (job["action"], job["region"])
        and (seen.method, seen.algorithm) == (job["method"], _family(job["algorithm"]))
        and samples.equal(seen.params, samples.present(outcome["sent"]))
    )


def _family(algorithm: str) -> str:
    return "tc3" if algorithm.startswith("TC3") else "v1"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("turn", range(samples.TURNS))
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_parameter_of_every_action_arrives_as_it_was_sent(
    recording: TestServer, algorithm: str, turn: int, client: str
) -> None:
    # What is not given is given as null, which the clients leave out.
    jobs = [
        job(
            recording,
            action,
            dict.fromkeys(action.params) | samples.params(action, turn),
            algorithm,
            method,
        )
        for action in ACTIONS
        for method in METHODS
    ]
    outcomes = drive(client, jobs)
    wrong = [
        (sent["action"], sent["method"], outcome)
        for sent, outcome in zip(jobs, outcomes, strict=True)
        if not _arrived(recording, sent, outcome)
    ]
    assert not wrong, f"{len(wrong)} of {len(jobs)}: {wrong[:3]}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_parameter_that_the_generated_clients_know_arrives(
    recording: TestServer, algorithm: str
) -> None:
    jobs = [
        job(recording, action, samples.params(action), algorithm, method, typed=typed(action))
        for action in ACTIONS
        for method in METHODS
    ]
    outcomes = drive("intl", jobs)
    pairs = [
        (sent, outcome)
        for sent, outcome in zip(jobs, outcomes, strict=True)
        if "absent" not in outcome
    ]
    assert len(pairs) == TYPED * len(METHODS)
    wrong = [
        (sent["action"], outcome)
        for sent, outcome in pairs
        if not _arrived(recording, sent, outcome)
    ]
    assert not wrong, f"{len(wrong)} of {len(pairs)}: {wrong[:3]}"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("region", ["ap-singapore", EMPTY_REGION])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_output_of_every_action_comes_back(
    echoing: TestServer, algorithm: str, region: str, client: str
) -> None:
    jobs = [
        job(echoing, action, samples.params(action), algorithm, method, region=region)
        for action in ACTIONS
        for method in METHODS
    ]
    outcomes = drive(client, jobs)
    wrong = []
    for (action, _), outcome in zip(_each(), outcomes, strict=True):
        response = dict(outcome.get("response", {}))
        request_id = response.pop("RequestId", "")
        answered = samples.outputs(action, empty=region == EMPTY_REGION)
        if request_id not in echoing.seen or response != answered:
            wrong.append((action.name, outcome))
    assert not wrong, f"{len(wrong)} of {len(jobs)}: {wrong[:3]}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_output_that_the_generated_clients_know_is_filled(
    echoing: TestServer, algorithm: str
) -> None:
    jobs = [
        job(echoing, action, samples.params(action), algorithm, method, typed=typed(action))
        for action in ACTIONS
        for method in METHODS
    ]
    wrong, leaves = [], 0
    for (action, _), outcome in zip(_each(), drive("intl", jobs), strict=True):
        if "absent" in outcome:
            continue
        held = dict(outcome.get("response", {}))
        request_id = held.pop("RequestId", "")
        answered = samples.outputs(action)
        filled = dict(samples.leaves(samples.present(held)))
        leaves += len(filled)
        # A model of this release may lack an output of another; what it has, it must have right.
        known = {path: value for path, value in samples.leaves(answered) if path in filled}
        missing = {name for name in held if name in answered and held[name] is None}
        if (
            request_id not in echoing.seen
            or filled != known
            or missing
            or (answered and not filled)
        ):
            wrong.append((action.name, outcome))
    assert not wrong, f"{len(wrong)}: {wrong[:3]}"
    assert leaves > 1000


def _each() -> Iterator[tuple[catalogue.Action, str]]:
    return ((action, method) for action in ACTIONS for method in METHODS)
