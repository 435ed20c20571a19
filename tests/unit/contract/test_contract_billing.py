"""Which answers are billed: the published tables, and the vocabulary of reasons beside them."""

import pytest

from countenance.contract import catalogue
from countenance.contract.billing import Flow, charge, was_performed
from countenance.reasons import reasons


def test_the_pure_api_bills_success_and_a_low_similarity_alone() -> None:
    codes = {"Success", *catalogue.errors("2018-03-01"), *catalogue.errors("2020-03-03")}
    billed = {code for code in codes if charge("pure_api", code)}
    assert billed == {"Success", "FailedOperation.CompareLowSimilarity"}


@pytest.mark.parametrize(
    ("flow", "billed"),
    [("web_h5", {"0"}), ("app_sdk", {"0", "1002", "1005", "1201", "2017"})],
)
def test_a_flow_bills_what_its_table_says_and_nothing_it_leaves_open(
    flow: Flow, billed: set[str]
) -> None:
    table = catalogue.result_codes("web_h5" if flow == "web_h5" else "app_sdk")
    assert {code for code in table if charge(flow, code)} == billed
    assert charge(flow, "no such code") == 0


def test_the_vocabulary_of_reasons_bills_as_the_pure_api_does() -> None:
    for key, reason in reasons().items():
        for code in reason.codes.values():
            assert bool(charge("pure_api", code)) == reason.billable, key


def test_what_was_found_is_counted_and_what_does_not_fit_is_not() -> None:
    assert was_performed("FailedOperation.ImageDecodeFailed")
    assert was_performed("InvalidParameterValue.NoFaceInPhoto")
    for code in ("InvalidParameterValue", "UnsupportedOperation", "ServiceUnavailable"):
        assert catalogue.is_known(code)
        assert not was_performed(code)
