"""Settings: the order of sources, and errors that name what does not fit."""

import os
from pathlib import Path

import pytest

from countenance.settings import NOT_SETTINGS, Settings, SettingsError, load

NOTHING: dict[str, str] = {}


def test_the_defaults_hold_without_file_and_environment(tmp_path: Path) -> None:
    settings = load(tmp_path, environ=NOTHING)
    assert settings == Settings(data_dir=tmp_path)
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path / 'countenance.db'}"
    assert settings.master_key_file == tmp_path / "master.key"
    assert (settings.host, settings.port, settings.engine) == ("127.0.0.1", 8480, "openvino")


def test_file_environment_and_argument_override_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "countenance.toml").write_text('port = 1\nhost = "::1"\nregion = "ap-jakarta"\n')
    environ = {"COUNTENANCE_PORT": "2", "COUNTENANCE_HOST": "::2", "UNRELATED": "x"}
    settings = load(tmp_path, environ=environ, port=3, host=None)
    assert (settings.region, settings.host, settings.port) == ("ap-jakarta", "::2", 3)


def test_texts_of_the_environment_become_typed_values(tmp_path: Path) -> None:
    environ = {
        "COUNTENANCE_PUBLIC_HOSTS": "a.example,b.example,",
        "COUNTENANCE_TRY_PAGE": "false",
        "COUNTENANCE_WORKERS": "3",
        "COUNTENANCE_FETCH_PORTS": "80,9000",
    }
    settings = load(tmp_path, environ=environ)
    assert settings.public_hosts == ["a.example", "b.example"]
    assert settings.try_page is False
    assert settings.worker_count == 3
    assert settings.fetch_ports == [80, 9000]


def test_workers_follow_the_cores_unless_they_are_given(tmp_path: Path) -> None:
    assert load(tmp_path, environ=NOTHING).worker_count == (os.cpu_count() or 1)


def test_the_data_folder_is_absolute_and_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(environ=NOTHING).data_dir == tmp_path / "data"
    assert load(environ={"COUNTENANCE_DATA_DIR": "other"}).data_dir == tmp_path / "other"
    assert load(Path("mine"), environ={"COUNTENANCE_DATA_DIR": "other"}).data_dir == (
        tmp_path / "mine"
    )


def test_the_file_may_be_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text("queue = 7\n")
    assert load(tmp_path / "data", environ={"COUNTENANCE_CONFIG": str(file)}).queue == 7


def test_variables_of_the_project_that_are_no_settings_pass(tmp_path: Path) -> None:
    environ = {f"COUNTENANCE_{name}": "x" for name in NOT_SETTINGS - {"CONFIG"}}
    assert load(tmp_path, environ=environ) == Settings(data_dir=tmp_path)


@pytest.mark.parametrize(
    ("text", "environ", "named"),
    [
        ("prot = 8480\n", NOTHING, "prot"),
        ('port = "many"\n', NOTHING, "port"),
        ('engine = "magic"\n', NOTHING, "engine"),
        ("port = \n", NOTHING, "countenance.toml"),
        ("", {"COUNTENANCE_PROT": "8480"}, "COUNTENANCE_PROT"),
        ("", {"COUNTENANCE_QUEUE": "long"}, "queue"),
        (
            'trusted_proxies = ["10.0.0.0/8", "10.0.0.1/8"]\n',
            NOTHING,
            "trusted_proxies: 10.0.0.1/8",
        ),
        ("", {"COUNTENANCE_TRUSTED_PROXIES": "proxy"}, "trusted_proxies: 'proxy'"),
        ("", {"COUNTENANCE_FETCH_NETWORKS": "10.0.0.1/8"}, "fetch_networks: 10.0.0.1/8"),
        ("", {"COUNTENANCE_FETCH_PORTS": "80,http"}, "fetch_ports"),
        ("fetch_ports = [70000]\n", NOTHING, "fetch_ports"),
    ],
)
def test_what_does_not_fit_is_named(
    tmp_path: Path, text: str, environ: dict[str, str], named: str
) -> None:
    (tmp_path / "countenance.toml").write_text(text)
    with pytest.raises(SettingsError, match=named):
        load(tmp_path, environ=environ)


def test_trusted_proxies_become_networks(tmp_path: Path) -> None:
    environ = {"COUNTENANCE_TRUSTED_PROXIES": "10.0.0.0/8,127.0.0.1,2001:db8::/32"}
    found = load(tmp_path, environ=environ).proxies
    assert list(map(str, found)) == ["10.0.0.0/8", "127.0.0.1/32", "2001:db8::/32"]
    assert load(tmp_path, environ=NOTHING).proxies == ()
    with pytest.raises(SettingsError, match="trusted_proxies"):
        Settings(trusted_proxies=["10.0.0.256"])
