"""Each parameter of each action: missing, of a wrong type, unknown, one beyond its limits."""

import pytest
from tests.parameters import Case, flatten, of

from countenance.contract.catalogue import Action, actions
from countenance.contract.decode import build, nest
from countenance.contract.errors import ApiError

by_name = pytest.mark.parametrize("action", actions(), ids=lambda a: f"{a.service}-{a.name}")


def check(case: Case, *, form: bool) -> None:
    error = None
    try:
        params = case.params
        if form:
            params = nest(list(flatten(params)), case.action)
        build(case.action, params)
    except ApiError as refused:
        error = refused
    assert (error and error.code) == case.code, str(case)
    if error is not None:
        for language in ("en-US", "zh-CN"):
            assert f"`{case.path}`" in error.say(language), str(case)


@by_name
def test_each_case_in_json(action: Action) -> None:
    for case in of(action):
        check(case, form=False)


@by_name
def test_each_case_in_flattened_pairs(action: Action) -> None:
    for case in of(action):
        if case.form:
            check(case, form=True)


def test_every_kind_of_limit_has_cases() -> None:
    found = {(case.rule, case.code is None) for action in actions() for case in of(action)}
    limits = ("missing", "enum", "range", "chars", "size")
    refused_only = {("type", False), ("unknown", False)}
    assert found == {(rule, ok) for rule in limits for ok in (True, False)} | refused_only


def test_what_no_pairs_can_say_is_left_to_json() -> None:
    said = {(case.rule, case.form) for action in actions() for case in of(action)}
    assert {("missing", False), ("type", False), ("type", True)} <= said
    for action in actions():
        for case in of(action):
            if case.form and case.code is None:
                assert nest(list(flatten(case.params)), action) == case.params, str(case)
