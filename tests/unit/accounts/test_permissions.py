import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.accounts.permissions import allow, intersect, parse
from countenance.contract import catalogue

NAMES = [(action.service, action.name) for action in catalogue.actions()]
PATTERNS = ["*:*", "iai:*", "faceid:*", "*:Compare*", "iai:CompareFace", "*:*Liveness*", "iai:D*"]
LISTS = st.none() | st.frozensets(st.sampled_from(PATTERNS))


@pytest.mark.parametrize(
    ("patterns", "allowed"),
    [
        (None, True),
        ([], False),
        (["*:*"], True),
        (["iai:*"], True),
        (["iai:Compare*"], True),
        (["iai:CompareFace"], True),
        (["faceid:*", "iai:DetectFace"], False),
        (["*:CompareFaceLiveness"], False),
    ],
)
def test_a_pattern_allows_what_it_matches(patterns: list[str] | None, allowed: bool) -> None:
    permissions = None if patterns is None else parse(patterns)
    assert allow(permissions, "iai", "CompareFace") is allowed


@pytest.mark.parametrize(
    "pattern", ["CompareFace", "iai:Compare Face", "iai:compareface", "iai:CompareFac", "ocr:*", ""]
)
def test_what_matches_no_action_is_named(pattern: str) -> None:
    with pytest.raises(ValueError, match=f"`{pattern.replace('*', '.*')}`"):
        parse(["iai:*", pattern])


@given(LISTS, LISTS)
def test_an_intersection_allows_what_both_allow(
    first: frozenset[str] | None, second: frozenset[str] | None
) -> None:
    both = intersect(first, second)
    for service, name in NAMES:
        alone = allow(first, service, name) and allow(second, service, name)
        assert allow(both, service, name) == alone
