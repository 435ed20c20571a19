"""`Optional` of LivenessCompare: a number of frames, nothing, or an error that names it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.actions.liveness import _frames
from countenance.contract.errors import ApiError

VALUES = st.sampled_from([None, True, False, -3, 1, 2, 7, 10, 11, 2.0, 1e9, "2", "", [2], {}])
MEMBERS = st.dictionaries(st.sampled_from(["BestFrameNum", "bestFrameNum", "x"]), VALUES)


@pytest.mark.parametrize("optional", [None, "", "{}"])
def test_nothing_is_asked_for(optional: str | None) -> None:
    assert _frames(optional) is None


@given(MEMBERS)
def test_only_a_number_of_frames_can_be_asked_for(members: dict[str, object]) -> None:
    wanted = members.get("BestFrameNum")
    fits = type(wanted) is int and 2 <= wanted <= 10
    if members == {}:
        assert _frames("{}") is None
    elif members.keys() == {"BestFrameNum"} and fits:
        assert _frames(json.dumps(members)) == wanted
    else:
        with pytest.raises(ApiError) as refused:
            _frames(json.dumps(members))
        assert refused.value.code == "InvalidParameterValue"


@given(st.text('aé{}[]":2, ', min_size=1).filter(lambda text: not text.strip().startswith("{")))
def test_any_other_text_is_an_error_that_does_not_repeat_it(optional: str) -> None:
    with pytest.raises(ApiError) as refused:
        _frames(optional)
    assert refused.value.code == "InvalidParameterValue"
    said = refused.value.message
    assert said.startswith("The value of `Optional` must be the text of a JSON object; a string of")
