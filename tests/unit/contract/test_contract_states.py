"""How each action says that its service is not active for an account."""

import pytest

from countenance.contract import catalogue, states
from countenance.contract.states import STATES, State

FACEID, IAI = "2018-03-01", "2020-03-03"


@pytest.mark.parametrize(
    ("version", "action", "state", "code"),
    [
        (FACEID, "CompareFaceLiveness", "not-activated", "UnauthorizedOperation.Nonactivated"),
        (FACEID, "CompareFaceLiveness", "activating", "UnauthorizedOperation.Activating"),
        (FACEID, "CompareFaceLiveness", "arrears", "UnauthorizedOperation.Arrears"),
        (FACEID, "ApplyCardVerification", "not-activated", "FailedOperation.UnOpenError"),
        (FACEID, "ApplyCardVerification", "arrears", "ResourceUnavailable.InArrears"),
        (
            FACEID,
            "ApplyCardVerification",
            "package-used-up",
            "ResourceUnavailable.ResourcePackageRunOut",
        ),
        (IAI, "CompareFace", "suspended", "ResourceUnavailable.StopUsing"),
        (IAI, "CompareFace", "frozen", "ResourceUnavailable.Freeze"),
        (IAI, "CompareFace", "unknown", "ResourceUnavailable.UnknownStatus"),
        (IAI, "DetectLiveFaceAccurate", "arrears", "UnauthorizedOperation.Arrears"),
    ],
)
def test_a_state_is_said_in_the_words_of_the_action(
    version: str, action: str, state: State, code: str
) -> None:
    refused = states.refusal(state, catalogue.find(version, action))
    assert refused is not None
    assert refused.code == code
    assert catalogue.is_known(code)


def test_every_state_is_said_by_every_action_in_a_code_it_lists_or_the_common_one() -> None:
    for action in catalogue.actions():
        assert states.refusal("active", action) is None
        for state in STATES[1:]:
            refused = states.refusal(state, action)
            assert refused is not None
            stray = refused.code.partition(".")[0] == "UnauthorizedOperation"
            assert refused.code in action.errors or stray
            assert refused.say("zh-CN") != refused.message
