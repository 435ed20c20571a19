"""The report as one HTML page that loads nothing: curve, tables, the worst errors in pictures."""

import base64
import html
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import cv2
import numpy as np

from countenance.evaluation import chart
from countenance.evaluation.evaluate import Evaluation, Mistake, Part, standing
from countenance.evaluation.rates import Point
from countenance.evaluation.vectors import main_face
from countenance.perception.faces.align import align
from countenance.perception.faces.anchors import RATES

_SHOWN = 12
_STANDING = {"kept": "kept", "broken": "broken", "open": "cannot be told from this sample"}


def write(found: Evaluation, root: Path, *, pictures: bool = True) -> str:
    """The page; with `pictures` it holds the faces of the worst errors, as thumbnails of 96."""
    style = (resources.files(__package__) / "page.css").read_text("utf-8")
    shown: Callable[[str], str] = (lambda name: _thumbnail(root / name)) if pictures else _nothing
    warning = (
        "<p class='note'>This page holds faces of the people in the data. Keep it as carefully as "
        "the data.</p>"
        if pictures
        else ""
    )
    parts = [
        f"<h1>Face comparison: {html.escape(found.network)}</h1>",
        f"<p>Measured on <code>{html.escape(found.source)}</code>: {_size(found.whole)}.</p>",
        warning,
        "<h2>DET curve</h2>",
        chart.draw(found.whole.curve, found.whole.points)
        or "<p>The sample is too small for a curve.</p>",
        "<h2>At the scores</h2>",
        _points("At the scores, all people", found.whole),
        "<p>Brackets: 95 % intervals, people drawn with replacement. A rate the sample cannot "
        "carry is not printed: by the rule of three, n independent pairs without an error leave a "
        "rate of 3/n possible; n is the number of pairs of people.</p>",
        *_groups(found),
        "<h2>Worst errors</h2>",
        _mistakes("Different people, most alike", found.impostors, shown),
        _mistakes(
            "The same person, least alike (wrong labels are found here)", found.genuine, shown
        ),
        *_lost(found),
    ]
    title = html.escape(f"countenance: {found.network}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body><main>{''.join(parts)}</main>"
        "</body></html>\n"
    )


def _size(part: Part) -> str:
    return (
        f"{part.people:,} people, {part.images:,} pictures, {part.impostor_pairs:,} impostor pairs "
        f"of {part.couples:,} pairs of people, {part.genuine_pairs:,} genuine pairs"
    )


def _points(caption: str, part: Part) -> str:
    if not part.points:
        return f"<p>{html.escape(part.why)}</p>"
    return _table(
        caption,
        ("Sim", "cosine", "promised", "false matches", "promise", "false non-matches"),
        [_row(point) for point in part.points],
    )


def _row(point: Point) -> tuple[str, ...]:
    promised = RATES[f"{point.score:g}"]
    return (
        f"{point.score:g}",
        f"{point.cosine:.4f}",
        f"{promised:g}",
        str(point.fmr),
        _STANDING[standing(point)],
        str(point.fnmr),
    )


def _groups(found: Evaluation) -> list[str]:
    if not found.groups:
        return []
    parts = ["<h2>By group</h2>"]
    for group in found.groups:
        parts.append(f"<h3>{html.escape(group.name)}</h3><p>{_size(group)}.</p>")
        parts.append(_points(f"At the scores, {group.name}", group))
    return parts


def _mistakes(title: str, mistakes: tuple[Mistake, ...], shown: Callable[[str], str]) -> str:
    if not mistakes:
        return ""
    items = []
    for one in mistakes[:_SHOWN]:
        names = f"{html.escape(one.a)}<br>{html.escape(one.b)}"
        text = f"score {one.score:.2f}, cosine {one.cosine:.3f}"
        items.append(
            f"<li>{shown(one.a)}{shown(one.b)}<p><strong>{text}</strong><br>{names}</p></li>"
        )
    return f"<h3>{html.escape(title)}</h3><ul class='pairs'>{''.join(items)}</ul>"


def _lost(found: Evaluation) -> list[str]:
    rows = [(html.escape(one.name), html.escape(one.why)) for one in found.lost]
    title = f"<h2>Pictures not used: {len(rows)}</h2>"
    return [title, _table("Pictures not used", ("picture", "why"), rows)] if rows else [title]


def _table(caption: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = []
    for first, *rest in rows:
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    name = html.escape(caption)
    return (
        f'<div class="wide" role="region" aria-label="{name}" tabindex="0"><table>'
        f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>"
        "</table></div>"
    )


def _thumbnail(file: Path) -> str:
    pixels, face = main_face(file)
    small = cv2.resize(align(pixels, face.points), (96, 96), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", np.asarray(small), [cv2.IMWRITE_JPEG_QUALITY, 85])
    text = base64.b64encode(data.tobytes()).decode()
    alt = html.escape(f"the face in {file.name}", quote=True)
    return f'<img alt="{alt}" width="96" height="96" src="data:image/jpeg;base64,{text}">'


def _nothing(name: str) -> str:
    return ""
