"""How each action says that its service is not active for an account."""

import pytest

from countenance.contract import catalogue, states
from countenance.contract.catalogue import Action
from countenance.contract.states import STATES, State

FACEID, IAI = "2018-03-01", "2020-03-03"
CARDS = {"ApplyCardVerification", "GetCardVerificationResult"}
FACES = {"CompareFace", "DetectLiveFace"}

# state -> the code of cards, of the two iai actions, and of every other action
CODES: dict[State, tuple[str, str, str]] = {
    "not-activated": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.NotExist",
        "UnauthorizedOperation.Nonactivated",
    ),
    "activating": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.Delivering",
        "UnauthorizedOperation.Activating",
    ),
    "activation-failed": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.NotExist",
        "UnauthorizedOperation.ActivateError",
    ),
    "arrears": (
        "ResourceUnavailable.InArrears",
        "ResourceUnavailable.InArrears",
        "UnauthorizedOperation.Arrears",
    ),
    "not-authorised": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.NotExist",
        "UnauthorizedOperation.NonAuthorize",
    ),
    "package-used-up": (
        "ResourceUnavailable.ResourcePackageRunOut",
        "ResourcesSoldOut.ChargeStatusException",
        "UnauthorizedOperation.Arrears",
    ),
    "frozen": (
        "ResourceUnavailable.InArrears",
        "ResourceUnavailable.Freeze",
        "UnauthorizedOperation.Arrears",
    ),
    "suspended": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.StopUsing",
        "UnauthorizedOperation.Nonactivated",
    ),
    "repossessed": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.Recover",
        "UnauthorizedOperation.Nonactivated",
    ),
    "delivering": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.Delivering",
        "UnauthorizedOperation.Activating",
    ),
    "unknown": (
        "FailedOperation.UnOpenError",
        "ResourceUnavailable.UnknownStatus",
        "UnauthorizedOperation.Nonactivated",
    ),
}


def _code(state: State, action: Action) -> str:
    refused = states.refusal(state, action)
    assert refused is not None
    return refused.code


def test_there_are_twelve_states_and_only_one_is_served() -> None:
    assert len(STATES) == 12
    assert set(CODES) == set(STATES) - {"active"}
    assert all(states.refusal("active", action) is None for action in catalogue.actions())


@pytest.mark.parametrize("state", CODES)
def test_every_action_says_the_state_in_the_code_of_its_family(state: State) -> None:
    cards, faces, others = CODES[state]
    for action in catalogue.actions():
        expected = {True: others, action.name in CARDS: cards, action.name in FACES: faces}[True]
        assert _code(state, action) == expected, action.name


@pytest.mark.parametrize("state", CODES)
def test_every_code_is_in_the_contract_and_in_the_lists_of_cards_and_faces(state: State) -> None:
    for action in catalogue.actions():
        code = _code(state, action)
        assert catalogue.is_known(code)
        assert code in action.errors or action.name not in CARDS | FACES


@pytest.mark.parametrize("state", CODES)
@pytest.mark.parametrize(
    ("version", "action"), [(FACEID, "CompareFaceLiveness"), (IAI, "CompareFace")]
)
def test_the_message_names_the_service_in_both_languages(
    version: str, action: str, state: State
) -> None:
    found = catalogue.find(version, action)
    refused = states.refusal(state, found)
    assert refused is not None
    for said in (refused.message, refused.say("zh-CN")):
        assert f"`{found.service}`" in said
    assert refused.say("zh-CN") != refused.message
