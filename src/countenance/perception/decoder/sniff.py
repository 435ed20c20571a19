"""Names what bytes claim to be, from their first bytes alone; decodes nothing."""

# Image signatures: PNG 3 §5.2, JFIF/Exif start of image, BMP "BM", GIF, TIFF, RIFF WebP.
_IMAGES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
)
# Named only so that a refusal can say what arrived.
_OTHERS = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"<svg", "svg"),
    (b"<?xml", "xml"),
    (b"#EXTM3U", "m3u8"),
    (b"ffconcat", "concat"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
)
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_ISO_PICTURES = (b"hei", b"hev", b"mif", b"msf", b"avi", b"crx")  # brands: HEIF, AVIF, CR3
HEAD = 64  # bytes that a sniff may look at


def image_kind(data: bytes) -> str:
    """Return jpeg, png, bmp, gif, webp or tiff, else the name of what arrived or "unknown"."""
    head = bytes(data[:HEAD])
    for magic, name in _IMAGES:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return _other(head) or video_kind(head)


def video_kind(data: bytes) -> str:
    """Return mp4, mov, avi, flv, webm, matroska or mpeg, else another name or "unknown"."""
    head = bytes(data[:HEAD])
    if head[4:8] in _ISO_BOXES:
        brand = head[8:12]
        if head[4:8] == b"ftyp" and brand[:3] in _ISO_PICTURES:
            return "heif"
        return "mp4" if head[4:8] == b"ftyp" and brand != b"qt  " else "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"FLV"):
        return "flv"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head else "matroska"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    return next((name for magic, name in _IMAGES if head.startswith(magic)), _other(head)) or (
        "unknown"
    )


def _other(head: bytes) -> str:
    return next((name for magic, name in _OTHERS if head.lstrip().startswith(magic)), "")
