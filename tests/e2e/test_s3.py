"""A server whose master key a command prints and whose objects lie in S3."""

import base64
import os
import shlex
import sys
from functools import partial
from pathlib import Path

from tests import blobs
from tests.blobs import S3Server
from tests.client import Client
from tests.conftest import Pixels
from tests.planting import FACEID, Plant, environment, marked_png, redact
from tests.serving import serve
from tests.traces import find_files, read_files, traces


def test_a_verification_is_kept_in_a_bucket_and_erased_from_it(
    tmp_path: Path, s3: S3Server, astronaut: Pixels, live_clip: bytes
) -> None:
    key, url = base64.b64encode(os.urandom(32)).decode(), s3.make_url()
    place = s3.folder / url.removeprefix(f"s3://{s3.folder.name}/")
    settings = environment(
        tmp_path,
        objects_url=url,
        objects_endpoint=s3.endpoint,
        objects_region="us-east-1",
        master_key_command=shlex.join([sys.executable, "-c", f"print({key!r})"]),
    )
    settings |= {"AWS_ACCESS_KEY_ID": blobs.KEY_ID, "AWS_SECRET_ACCESS_KEY": blobs.SECRET}
    with serve(tmp_path, **settings) as server:
        plant = Plant(server, live_clip, partial(marked_png, astronaut))
        token = plant.verify(FACEID, "Ada")
        found = Client(server).call("GetFaceIdResultIntl", {"SdkToken": token}).response
        assert base64.b64decode(found["Video"]).startswith(live_clip)
        stored = read_files(place)
        assert len(stored) >= 4
        assert [name for name, held in stored.items() if traces(held, plant.values)] == []
        assert redact(tmp_path / "data", settings, token)["State"] == "passed"
        assert find_files(place) == set()
        after = Client(server).call("GetFaceIdResultIntl", {"SdkToken": token}).response
        assert (after["Video"], after["Result"]) == ("", "0")
    assert {name.partition("-")[0] for name in find_files(tmp_path / "data")} == {"countenance.db"}
    assert key.encode() not in (tmp_path / "server.log").read_bytes()
