import pytest
from hypothesis import given
from hypothesis import strategies as st

from countenance.perception.decoder import sniff

FTYP = b"\0\0\0\x20ftyp"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"BM", "bmp"),
        (b"GIF89a", "gif"),
        (b"GIF87a", "gif"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
        (b"RIFF\0\0\0\0WEBP", "webp"),
        (b"PK\x03\x04", "zip"),
        (b"%PDF-1.7", "pdf"),
        (b"\n <svg ", "svg"),
        (b"<?xml ?><svg", "xml"),
        (FTYP + b"heic", "heif"),
        (FTYP + b"avif", "heif"),
        (FTYP + b"isom", "mp4"),
        (b"\x89PNG", "unknown"),
        (b"", "unknown"),
    ],
)
def test_images_are_named_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert sniff.image_kind(head + bytes(100)) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (FTYP + b"isom", "mp4"),
        (FTYP + b"mp42", "mp4"),
        (FTYP + b"qt  ", "mov"),
        (b"\0\0\0\x08wide", "mov"),
        (b"\0\0\0\x08free", "mov"),
        (b"\0\0\0\x08mdat", "mov"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"FLV\x01", "flv"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"),
        (b"\x1a\x45\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", "matroska"),
        (b"\0\0\x01\xba", "mpeg"),
        (b"#EXTM3U\n", "m3u8"),
        (b"ffconcat version 1.0", "concat"),
        (b"RIFF\0\0\0\0WAVE", "unknown"),
        (FTYP + b"heic", "heif"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\0\0\x01\xb3", "unknown"),
    ],
)
def test_videos_are_named_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert sniff.video_kind(head + bytes(100)) == kind


@given(st.binary(max_size=200))
def test_any_bytes_get_a_plain_name_decided_by_the_head(data: bytes) -> None:
    for kind in (sniff.image_kind, sniff.video_kind):
        assert kind(data).isalnum()
        head = data.ljust(sniff.HEAD, b"\0")[: sniff.HEAD]
        assert kind(head) == kind(head + b"anything")
