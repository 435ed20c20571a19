"""Parts of a server that take more than one line to build from the settings."""

from collections.abc import Callable
from functools import partial

from countenance.files.info import Files
from countenance.files.urls import FileUrls
from countenance.net.fetch import Fetcher
from countenance.net.rules import Rules
from countenance.settings import Settings, SettingsError
from countenance.store.blobs import Blobs, open_blobs
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.retention import Retention
from countenance.verification.sessions import Sessions


def open_store(settings: Settings) -> Blobs:
    """Where artefacts are stored; raises `StoreError`."""
    return open_blobs(
        settings.objects_folder,
        url=settings.objects_url,
        endpoint=settings.objects_endpoint,
        region=settings.objects_region,
        memory=settings.zero_retention,
    )


def make_fetcher(settings: Settings) -> Fetcher:
    """The guard of outgoing requests; raises `SettingsError` for a host that is none."""
    try:
        rules = Rules(
            enabled=settings.fetch,
            hosts=tuple(settings.fetch_hosts),
            networks=settings.fetchable,
            ports=frozenset(settings.fetch_ports),
        )
    except ValueError as error:
        raise SettingsError(f"settings: fetch_hosts: {error}") from None
    return Fetcher(rules)


def make_files(
    settings: Settings, urls: FileUrls, objects: Objects, now: Callable[[], float]
) -> Files:
    """What gives files their addresses; a frame of one call lives no longer than any other."""
    frame_life = settings.file_url_life if settings.keep_frame is None else settings.keep_frame
    return Files(
        urls,
        objects,
        life=settings.file_url_life,
        frame_life=0 if settings.zero_retention else frame_life,
        upload_life=settings.upload_life,
        now=now,
    )


def make_retention(
    settings: Settings,
    database: Database,
    objects: Objects,
    sessions: Sessions,
    now: Callable[[], float],
) -> Retention:
    """What ends the time of sessions, artefacts and records."""
    return Retention(
        database,
        objects,
        partial(sessions.erase, why="expired"),
        keep_records=settings.keep_records,
        now=now,
    )
