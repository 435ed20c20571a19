"""The certificate of `serve --tls`."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from countenance.cli import tls

HERE = ["192.168.7.20"]
NOW = datetime.now(UTC)


def _read(made: tls.Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.chain.read_bytes())


def _names(made: tls.Certificate) -> set[str]:
    extension = _read(made).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in extension.value}


async def _answer(made: tls.Certificate, name: str) -> bytes:
    """What a client that trusts the certificate reads from a server that uses it."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(made.chain, made.key)
    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=serving)
    async with server:
        port = server.sockets[0].getsockname()[1]
        asking = ssl.create_default_context(cafile=made.chain)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=asking, server_hostname=name
        )
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        return said


async def test_a_client_that_trusts_it_connects_under_each_address(tmp_path: Path) -> None:
    made = tls.ensure(tmp_path, HERE)
    for name in ("localhost", "127.0.0.1", *HERE):
        assert await _answer(made, name) == b"hello"
    with pytest.raises(ssl.SSLCertVerificationError):
        await _answer(made, "192.168.7.21")


def test_names_life_and_modes(tmp_path: Path) -> None:
    made = tls.ensure(tmp_path / "new", HERE, NOW)
    assert {"localhost", "127.0.0.1", "::1", *HERE} <= _names(made)
    found = _read(made)
    assert timedelta(days=396) < found.not_valid_after_utc - NOW < timedelta(days=398)
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["tls.crt", "tls.key"]


def test_a_good_one_is_used_again(tmp_path: Path) -> None:
    first = tls.ensure(tmp_path, HERE, NOW).chain.read_bytes()
    assert tls.ensure(tmp_path, HERE, NOW + timedelta(days=366)).chain.read_bytes() == first
    assert tls.ensure(tmp_path, [], NOW).chain.read_bytes() == first


@pytest.mark.parametrize("change", ["its end is near", "a new address", "damaged", "absent"])
def test_one_that_is_no_longer_good_is_renewed_with_the_same_key(
    tmp_path: Path, change: str
) -> None:
    made = tls.ensure(tmp_path, HERE, NOW)
    first, key = made.chain.read_bytes(), made.key.read_bytes()
    if change == "damaged":
        made.chain.write_bytes(first[:200])
    if change == "absent":
        made.chain.unlink()
    addresses = [*HERE, "10.1.2.3"] if change == "a new address" else HERE
    moment = NOW + timedelta(days=368 if change == "its end is near" else 0)
    tls.ensure(tmp_path, addresses, moment)
    assert made.chain.read_bytes() != first
    assert made.key.read_bytes() == key
    assert set(addresses) <= _names(made)
    assert _read(made).not_valid_after_utc > moment + timedelta(days=396)


@pytest.mark.parametrize("change", ["readable", "damaged", "absent"])
def test_a_key_that_cannot_be_trusted_is_replaced(tmp_path: Path, change: str) -> None:
    made = tls.ensure(tmp_path, HERE, NOW)
    key = made.key.read_bytes()
    if change == "readable":
        made.key.chmod(0o644)
    if change == "damaged":
        made.key.write_bytes(b"nothing")
    if change == "absent":
        made.key.unlink()
    tls.ensure(tmp_path, HERE, NOW)
    assert made.key.read_bytes() != key
    assert made.key.stat().st_mode & 0o777 == 0o600
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made.chain, made.key)


def test_this_machine_has_no_loopback_among_its_addresses() -> None:
    assert not [one for one in tls.local_addresses() if one.startswith("127.")]
