"""The record of a verdict: what it rests on, in numbers that JSON can hold."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

import countenance
from countenance.reasons import reasons
from countenance.verification import evidence
from countenance.verification.evidence import _flatten
from countenance.verification.policy import Policy
from countenance.verification.verdict import Finding, Verdict


@dataclass(frozen=True)
class Inner:
    flat: float | None
    odd: float


@dataclass(frozen=True)
class Cues:
    median: float
    moire: tuple[float, ...]
    motion: Inner


def test_the_record_names_policy_engine_networks_and_findings() -> None:
    finding = Finding("too_dark", "photo", "photo")
    record = evidence.collect(
        Policy(), "strict", verdict=Verdict(False, 0.0, 55.0, (finding,), ("outline",))
    )
    assert (record.policy, record.rule) == (Policy().version, "strict")
    assert record.engine.startswith("openvino ")
    assert record.models.keys() == {*evidence.NETWORKS, "sface"}
    assert all(len(digest) == 64 for digest in record.models.values())
    assert record.reasons == ("photo too_dark",)
    assert (record.passed, record.not_checked, record.fault) == (False, ("outline",), None)


def test_a_fault_has_a_record_that_does_not_pass() -> None:
    record = evidence.collect(Policy(), "", reasons=("video_format",), fault="liveness")
    assert (record.passed, record.fault, record.reasons) == (False, "liveness", ("video_format",))
    assert set(record.reasons) <= reasons().keys()


def test_numbers_are_taken_out_of_nested_reports() -> None:
    cues = Cues(0.9, (3.0, 2.0), Inner(None, math.inf))
    assert dict(_flatten("", cues)) == {"median": 0.9, "moire.0": 3.0, "moire.1": 2.0}


def test_the_release_is_that_of_the_package() -> None:
    project = Path(__file__).parents[3] / "pyproject.toml"
    assert countenance.__version__ == tomllib.loads(project.read_text())["project"]["version"]
