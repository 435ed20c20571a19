"""`countenance redact`: what it erases, what it says, and what it never says."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.unit.accounts.commands import run, run_json
from typer.testing import CliRunner

from countenance.accounts.accounts import Accounts
from countenance.cli.root import app
from countenance.jobs import Jobs
from countenance.parts import open_store
from countenance.settings import load
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.secrets import MasterKey
from countenance.store.tables import data_keys, objects
from countenance.verification.lives import Lives
from countenance.verification.session import Config
from countenance.verification.sessions import Sessions

ACTION = "ApplyWebVerificationBizTokenIntl"


@pytest.fixture
def token(tmp_path: Path) -> str:
    """Of a verification that was asked for with a text and a photo."""

    async def issue() -> str:
        settings = load(tmp_path, environ={})
        master = MasterKey.load_or_create(settings.master_key_file, {})
        async with Database(settings.database) as database:
            await database.migrate()
            account = await Accounts(database).ensure("default")
            stored = Objects(database, master, open_store(settings))
            lives = Lives.from_settings(settings)
            sessions = Sessions(database, master, stored, Jobs(database), lives)
            config = Config(mode="compare", attempts=3)
            photo = b"\xff\xd8\xff photo"
            _, token = await sessions.create(
                account.id, "web", ACTION, config, extra="order", photo=photo
            )
        return token

    return asyncio.run(issue())


def left(folder: Path) -> tuple[int, int, int]:
    """Keys, rows of artefacts and files that are left."""

    async def count() -> tuple[int, int]:
        url = load(folder, environ={}).database
        async with Database(url) as database, database.read() as connection:
            keys = (await connection.execute(select(data_keys))).all()
            return len(keys), len((await connection.execute(select(objects))).all())

    return *asyncio.run(count()), len(list((folder / "objects").iterdir()))


def test_all_is_erased_and_told_and_a_repeat_is_harmless(tmp_path: Path, token: str) -> None:
    assert left(tmp_path) == (1, 2, 2)
    told = run_json(tmp_path, "redact", token)
    assert (told["State"], told["ErasedWhy"], told["Scrubbed"]) == ("left", "redacted", True)
    assert {(one["Label"], one["Kind"]) for one in told["Objects"]} == {
        ("request", "text"),
        ("photo", "frame"),
    }
    assert left(tmp_path) == (0, 0, 0)
    again = run_json(tmp_path, "redact", token)
    assert again == told | {"Objects": []}


def test_people_are_told_in_sentences(tmp_path: Path, token: str) -> None:
    said = CliRunner().invoke(app, ["redact", "-", "--data-dir", str(tmp_path)], f" {token}\n")
    assert said.exit_code == 0
    assert "Erased: the data key and 2 stored objects." in said.output
    assert "photo (frame, 9 bytes)" in said.output
    assert token not in said.output
    assert "order" not in said.output


@pytest.mark.parametrize("as_json", [True, False])
def test_an_unknown_token_is_not_said_back(tmp_path: Path, token: str, as_json: bool) -> None:
    unknown = "0B1E7B1E-0000-4000-8000-000000000000"
    result = run(tmp_path, "redact", unknown, *(["--json"] if as_json else []))
    assert result.exit_code == 1
    assert "no verification has this token" in result.stderr
    assert unknown not in result.output
    assert result.stdout == ""
    assert left(tmp_path) == (1, 2, 2)


def test_a_store_that_fails_is_told_and_a_repeat_erases(tmp_path: Path, token: str) -> None:
    (tmp_path / "objects").rename(tmp_path / "away")
    (tmp_path / "objects").write_text("no folder")
    failed = run(tmp_path, "redact", token)
    assert failed.exit_code == 1
    assert "objects folder does not answer" in failed.stderr
    (tmp_path / "objects").unlink()
    (tmp_path / "away").rename(tmp_path / "objects")
    assert json.loads(run(tmp_path, "redact", token, "--json").stdout)["Scrubbed"] is True
    assert left(tmp_path) == (0, 0, 0)
