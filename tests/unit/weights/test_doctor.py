import json
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from countenance.cli import egress
from countenance.cli.doctor import doctor

APP = typer.Typer()
APP.command()(doctor)
NAMES = [
    "python",
    "settings",
    "weights",
    "embedding",
    "engine",
    "decoder",
    "nothing leaves",
    "fetching",
    "data folder",
    "master key",
    "database",
    "port",
]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No weights, no proxy, no master key in the environment; a port of the system's choice."""
    monkeypatch.setenv("COUNTENANCE_MODELS", str(tmp_path / "no-models"))
    for name in ("COUNTENANCE_MASTER_KEY", *egress.PROXIES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("COUNTENANCE_PORT", "0")


def _run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(APP, ["--data-dir", str(folder), *arguments])


def _look(folder: Path) -> dict[str, tuple[str, str]]:
    answer: Any = json.loads(_run(folder, "--json").stdout)
    return {item["name"]: (item["state"], item["detail"]) for item in answer["checks"]}


def test_every_check_is_reported_in_order(tmp_path: Path) -> None:
    result = _run(tmp_path / "data", "--json")
    answer = json.loads(result.stdout)
    assert [item["name"] for item in answer["checks"]] == NAMES
    assert not answer["passed"]
    assert not (tmp_path / "data").exists()


def test_missing_weights_fail_and_name_the_command(tmp_path: Path) -> None:
    result = _run(tmp_path / "data")
    assert result.exit_code == 1
    text = " ".join(result.stdout.split())
    assert "failed weights: yunet is missing" in text
    assert "countenance models pull" in text
    assert "failed engine: WeightsMissing" in text


def test_faults_of_the_data_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text("A" * 43 + "=\n")
    (tmp_path / "master.key").chmod(0o644)
    (tmp_path / "countenance.db").write_bytes(b"this is no database" * 100)
    found = _look(tmp_path)
    assert found["data folder"][0] == "ok"
    assert found["master key"][0] == "failed"
    assert "0644" in found["master key"][1]
    assert found["database"][0] == "failed"


def test_a_folder_in_use_passes(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text("A" * 43 + "=\n")
    (tmp_path / "master.key").chmod(0o600)
    sqlite3.connect(tmp_path / "countenance.db").close()
    found = _look(tmp_path)
    assert found["master key"] == ("ok", f"{tmp_path / 'master.key'} has mode 0600")
    assert found["database"] == ("ok", "SQLite answers")


def test_a_folder_that_cannot_be_made_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _look(tmp_path / "file" / "data")["data folder"][0] == "failed"


def test_wrong_settings_fail_without_the_checks_that_need_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_NO_SUCH", "1")
    found = _look(tmp_path)
    assert found["settings"][0] == "failed"
    assert "COUNTENANCE_NO_SUCH" in found["settings"][1]
    assert set(found) == {"python", "settings", "weights", "decoder", "nothing leaves"}


def test_a_port_in_use_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("COUNTENANCE_PORT", str(port))
        assert _look(tmp_path)["port"] == (
            "note",
            f"127.0.0.1:{port} is in use, perhaps by a server of ours",
        )


def test_a_proxy_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    state, detail = _look(tmp_path)["nothing leaves"]
    assert state == "note"
    assert "HTTPS_PROXY" in detail


def test_connections_on_this_machine_are_not_egress() -> None:
    with (
        egress.Watch() as watch,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        assert watch.attempts == []
        assert watch.report()[0] == "ok"


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("192.0.2.1", 443))),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0))),
        ("socket.getaddrinfo", ("stats.example", 443, 0, 0, 0)),
    ],
)
def test_an_attempt_to_reach_out_fails(event: str, arguments: tuple[Any, ...]) -> None:
    """The event is raised as the interpreter would; no packet is sent."""
    with egress.Watch() as watch:
        sys.audit(event, *arguments)
        state, detail = watch.report()
    assert state == "failed"
    assert "tried to reach" in detail
    sys.audit(event, *arguments)
    assert len(watch.attempts) == 1


def test_a_telemetry_module_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", sys)
    with egress.Watch() as watch:
        assert watch.report() == ("failed", "this process has loaded mediapipe")


def test_a_new_identifier_of_openvino_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "intel").mkdir()
    with egress.Watch() as watch:
        (tmp_path / "intel" / "openvino_ga_cid").touch()
        state, detail = watch.report()
    assert state == "failed"
    assert "openvino_ga_cid" in detail


def test_remote_addresses_are_read_as_the_kernel_writes_them() -> None:
    local = socket.inet_pton(socket.AF_INET, "192.0.2.7")
    text = f"{int.from_bytes(local, sys.byteorder):08X}"
    assert egress._address(text, socket.AF_INET) == "192.0.2.7"
    packed = socket.inet_pton(socket.AF_INET6, "2001:db8::5")
    words = [packed[i : i + 4] for i in range(0, 16, 4)]
    text = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    assert egress._address(text, socket.AF_INET6) == "2001:db8::5"
    assert egress._is_local("::ffff:127.0.0.1")
    assert not egress._is_local("::ffff:192.0.2.7")


def test_where_urls_may_lead_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "only URLs that callers give: any host; public addresses; ports 80, 443"
    assert _look(tmp_path)["fetching"] == ("ok", told)
    monkeypatch.setenv("COUNTENANCE_FETCH_HOSTS", "a.example,*.b.example")
    monkeypatch.setenv("COUNTENANCE_FETCH_NETWORKS", "10.0.0.5")
    state, told = _look(tmp_path)["fetching"]
    assert state == "ok"
    assert "a.example, *.b.example; public addresses, 10.0.0.5; ports" in told
    monkeypatch.setenv("COUNTENANCE_FETCH_HOSTS", "http://a.example")
    assert _look(tmp_path)["fetching"][0] == "failed"
    monkeypatch.setenv("COUNTENANCE_FETCH", "false")
    monkeypatch.setenv("COUNTENANCE_FETCH_HOSTS", "")
    assert _look(tmp_path)["fetching"] == ("ok", "off: no URL is fetched")
