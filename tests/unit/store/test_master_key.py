import base64
import os
import pickle
import shlex
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.store import secrets
from countenance.store.errors import SecretsError
from countenance.store.secrets import FORM, LENGTH, NONCE, TAG, VARIABLE, MasterKey

KEY = bytes(range(LENGTH))


@given(st.binary(max_size=200), st.text(max_size=40))
def test_opens_what_it_sealed(plaintext: bytes, context: str) -> None:
    master = MasterKey(KEY)
    blob = master.seal(plaintext, context)
    assert master.open(blob, context) == plaintext
    assert len(blob) == len(FORM) + NONCE + len(plaintext) + TAG


def test_every_changed_bit_is_noticed() -> None:
    master = MasterKey(KEY)
    blob = master.seal(b"value", "keys/1/secret_key")
    for place in range(len(blob)):
        for bit in range(8):
            changed = bytearray(blob)
            changed[place] ^= 1 << bit
            with pytest.raises(SecretsError):
                master.open(bytes(changed), "keys/1/secret_key")


@pytest.mark.parametrize("length", [0, 1, NONCE, len(FORM) + NONCE + TAG - 1])
def test_a_cut_value_is_noticed(length: int) -> None:
    master = MasterKey(KEY)
    with pytest.raises(SecretsError, match="form"):
        master.open(master.seal(b"value", "here")[:length], "here")


def test_a_value_opens_only_where_it_belongs() -> None:
    master = MasterKey(KEY)
    blob = master.seal(b"value", "keys/1/secret_key")
    with pytest.raises(SecretsError, match="keys/2/secret_key"):
        master.open(blob, "keys/2/secret_key")


def test_another_master_key_opens_nothing() -> None:
    blob = MasterKey(KEY).seal(b"value", "here")
    with pytest.raises(SecretsError):
        MasterKey(KEY[::-1]).open(blob, "here")


def test_the_same_value_is_sealed_differently_each_time() -> None:
    master = MasterKey(KEY)
    assert master.seal(b"value", "here") != master.seal(b"value", "here")


def test_lookup_depends_on_value_and_key_only() -> None:
    master = MasterKey(KEY)
    assert master.lookup("AKIDa") == MasterKey(KEY).lookup("AKIDa")
    assert (
        len({master.lookup("AKIDa"), master.lookup("AKIDb"), MasterKey(KEY[::-1]).lookup("AKIDa")})
        == 3
    )
    assert len(master.lookup("\ud800")) == 32


def test_nothing_of_it_shows() -> None:
    master = MasterKey(KEY)
    assert repr(master) == "MasterKey(hidden)"
    with pytest.raises(TypeError):
        pickle.dumps(master)


def test_a_failure_names_no_value() -> None:
    with pytest.raises(SecretsError) as caught:
        MasterKey(KEY).open(MasterKey(KEY[::-1]).seal(b"very secret", "here"), "here")
    assert "very secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "master.key"


def test_the_file_is_made_once_and_private(path: Path) -> None:
    before = os.umask(0)
    try:
        first = MasterKey.load_or_create(path, {})
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(base64.b64decode(path.read_bytes())) == LENGTH
    assert MasterKey.load_or_create(path, {}).open(first.seal(b"value", "here"), "here") == b"value"
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_get_at_is_refused(path: Path, mode: int) -> None:
    MasterKey.load_or_create(path, {})
    path.chmod(mode)
    with pytest.raises(SecretsError, match="chmod 600"):
        MasterKey.load_or_create(path, {})


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", base64.b64encode(bytes(31))])
def test_a_file_that_holds_no_key_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretsError, match=r"master\.key must hold base64"):
        MasterKey.load_or_create(path, {})
    assert path.read_bytes() == content


def test_first_starts_at_once_agree_on_one_key(path: Path) -> None:
    start = threading.Barrier(8)
    digests: list[bytes] = []

    def run() -> None:
        start.wait()
        digests.append(MasterKey.load_or_create(path, {}).lookup("AKIDa"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8
    assert len(set(digests)) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


def test_the_variable_comes_first_and_makes_no_file(path: Path) -> None:
    environ = {VARIABLE: base64.b64encode(KEY).decode() + "\n"}
    assert MasterKey.load_or_create(path, environ).lookup("a") == MasterKey(KEY).lookup("a")
    assert not path.exists()


@pytest.mark.parametrize("text", ["no base64 at all", "AAAA", base64.b64encode(bytes(33)).decode()])
def test_a_variable_that_holds_no_key_is_refused(path: Path, text: str) -> None:
    with pytest.raises(SecretsError, match=VARIABLE) as caught:
        MasterKey.load_or_create(path, {VARIABLE: text})
    assert text not in str(caught.value)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(SecretsError, match="32 bytes; 16 arrived"):
        MasterKey(bytes(16))


def test_a_wrapped_key_opens_for_its_owner_alone() -> None:
    master = MasterKey(KEY)
    wrapped = master.wrap(b"k" * LENGTH, "owner-1")
    assert master.unwrap(wrapped, "owner-1") == b"k" * LENGTH
    for other, owner in ((master, "owner-2"), (MasterKey(KEY[::-1]), "owner-1")):
        with pytest.raises(SecretsError, match="data key"):
            other.unwrap(wrapped, owner)
    with pytest.raises(SecretsError):
        master.open(wrapped, "owner-1")


def test_derived_keys_differ_by_label_and_master() -> None:
    one = MasterKey(KEY).derive("files")
    assert len(one) == LENGTH
    assert MasterKey(KEY).derive("files") == one
    assert MasterKey(KEY).derive("uploads") != one != MasterKey(KEY[::-1]).derive("files")


def _python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_the_command_gives_the_key_and_no_file_is_made(tmp_path: Path) -> None:
    path, text = tmp_path / "master.key", base64.b64encode(KEY).decode()
    command = _python(f"print({text!r})")
    master = MasterKey.load_or_create(path, {}, command=command)
    assert master.lookup("a") == MasterKey(KEY).lookup("a")
    assert not path.exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (_python("import sys; print('c2VjcmV0'); sys.exit(7)"), "ended with exit status 7"),
        (_python("print('c2VjcmV0')"), "must hold base64 of 32 bytes"),
        (_python("import sys; sys.stderr.write('c2VjcmV0'); print(1)"), "must hold base64"),
        ("/nonexistent/c2VjcmV0", "could not be started"),
        ("'c2VjcmV0", "could not be started"),
        ("   ", "could not be started"),
    ],
)
def test_a_command_that_fails_is_told_without_its_output(
    command: str, told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SecretsError, match=told) as failed:
        MasterKey.load_or_create(tmp_path / "master.key", {}, command=command)
    assert "c2VjcmV0" not in str(failed.value)
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "master.key").exists()


def test_a_command_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    command = _python("import time; time.sleep(60)")
    with pytest.raises(SecretsError, match="did not end"):
        MasterKey.load_or_create(tmp_path / "master.key", {}, command=command)
