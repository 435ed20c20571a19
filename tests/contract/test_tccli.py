"""The vendor's command line, unmodified, over plain HTTP: `--endpoint` takes a scheme."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.contract import samples
from tests.contract.python_clients import bare, environment
from tests.contract.servers import TestServer

from countenance.accounts.temporary import Temporary
from countenance.contract import catalogue

ANSWERED = "2020-03-03", "CompareFace"
REGION = ("--region", "ap-singapore")
CALL = ("faceid", "GetLivenessResult", "--SdkToken", "a b+&=%名")
Tccli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tccli(tmp_path_factory: pytest.TempPathFactory) -> Tccli:
    """Runs it with a home of its own, where it keeps settings and logs."""
    home = tmp_path_factory.mktemp("home")
    program = environment("intl") / "tccli"

    def run(
        server: TestServer, *arguments: str, key: tuple[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        secret_id, secret_key = key or (server.secret_id, server.secret_key)
        who = ("--secretId", secret_id, "--secretKey", secret_key, "--endpoint", server.url)
        return subprocess.run(
            [str(program), *arguments, *who],
            capture_output=True,
            encoding="utf-8",
            env=bare(HOME=str(home), PYTHONIOENCODING="utf-8"),
            timeout=120,
            check=False,
        )

    return run


def _last(server: TestServer) -> str:
    return list(server.seen)[-1]


def test_an_answer_is_printed_whole(tccli: Tccli, echoing: TestServer) -> None:
    done = tccli(echoing, "iai", "CompareFace", "--UrlA", "a", "--UrlB", "b", *REGION)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer.pop("RequestId") == _last(echoing)
    assert answer == samples.outputs(catalogue.find(*ANSWERED))


def test_types_within_types_are_printed_whole(tccli: Tccli, echoing: TestServer) -> None:
    done = tccli(echoing, "faceid", "GetSdkVerificationResult", "--SdkToken", "T", *REGION)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer.pop("RequestId") == _last(echoing)
    assert answer == samples.outputs(catalogue.find("2018-03-01", "GetSdkVerificationResult"))


def test_an_error_is_told_with_its_code_and_request_id(tccli: Tccli, recording: TestServer) -> None:
    done = tccli(recording, *CALL, *REGION)
    assert done.returncode == 255
    assert done.stdout == ""
    assert "code:UnsupportedOperation message:" in done.stderr
    seen = recording.seen[_last(recording)]
    assert f"requestId:{_last(recording)}" in done.stderr
    assert seen.params == {"SdkToken": "a b+&=%名"}
    # The scheme goes into Host, and is signed with it.
    assert seen.headers["host"] == recording.url


def test_without_a_region_it_sends_one_of_the_mainland(tccli: Tccli, recording: TestServer) -> None:
    done = tccli(recording, *CALL, "--language", "zh-CN")
    assert recording.seen[_last(recording)].region == "ap-guangzhou"
    assert "code:UnsupportedOperation message:操作不支持" in done.stderr


def test_parameters_come_from_a_file(tccli: Tccli, recording: TestServer, tmp_path: Path) -> None:
    action = catalogue.find("2018-03-01", "ApplyWebVerificationBizTokenIntl")
    params = samples.params(action)
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps(params), "utf-8")
    tccli(recording, "faceid", action.name, "--cli-input-json", f"file://{file}", *REGION)
    seen = recording.seen[_last(recording)]
    assert seen.action == action.name
    assert samples.equal(seen.params, params)


def test_a_temporary_key_needs_its_token(tccli: Tccli, recording: TestServer) -> None:
    parts = recording.parts
    minted = recording.wait(Temporary(parts.database, parts.master).mint(recording.secret_id))
    parts.authenticator.invalidate()
    key = (minted.secret_id, minted.secret_key)
    done = tccli(recording, *CALL, *REGION, "--token", minted.token, key=key)
    assert "code:UnsupportedOperation" in done.stderr
    assert recording.seen[_last(recording)].token
    assert "code:AuthFailure.TokenFailure" in tccli(recording, *CALL, *REGION, key=key).stderr
