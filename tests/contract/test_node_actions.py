"""Every action through the vendor's npm clients: what arrives, and what comes back, is the same."""

from collections import Counter

import pytest
from tests.contract.node_clients import ALGORITHMS, CLIENTS, METHODS, round_trips
from tests.contract.servers import TestServer

# How many of the 99 actions each kind of client has.
ACTIONS = {"common": {"common": 99}, "intl": {"common": 99, "typed": 43}}


@pytest.mark.parametrize("client", CLIENTS)
def test_every_action_is_decoded_as_sent_and_every_output_arrives(
    recording: TestServer, echoing: TestServer, client: str
) -> None:
    trips = round_trips(client, recording, echoing)
    wrong = [trip for trip in trips if trip.wrong]
    assert not wrong, f"{len(wrong)} of {len(trips)}: {wrong[:3]}"
    ways = len(ALGORITHMS) * len(METHODS)
    assert Counter((trip.client, trip.goal) for trip in trips) == {
        (kind, goal): actions * ways
        for kind, actions in ACTIONS[client].items()
        for goal in ("decoded", "answered", "emptied")
    }
    assert sum(trip.leaves for trip in trips) > 20_000
