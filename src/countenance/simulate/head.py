"""A person's head on their shoulders: turned, with its lids, under lamps that stay where they
are.
"""

import cv2
import numpy as np

from countenance.simulate.light import Floats
from countenance.simulate.motion import rotation
from countenance.simulate.relief import Relief
from countenance.simulate.stage import Surface, lambert
from countenance.simulate.truth import Turn

# Lid edges of the mesh from corner to corner, without the corners.
_LIDS = (
    ((33, 133), (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    ((263, 362), (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
)
_SHUT = 0.97  # how far the upper lid comes down at most


def posed(
    relief: Relief, turn: Turn, moved: Floats, lids: float, lamp: Floats
) -> tuple[Surface, Floats]:
    """The person, head turned and moved (3, metres), and the change of light at each vertex.

    The shoulders follow half the movement. The portrait carries its own light and shade; a turn
    changes it by the ratio of what a lamp in direction `lamp` gives to the turned and to the
    resting surface.
    """
    matrix = rotation(*turn)
    sway = relief.sway[:, None]
    turned = (relief.vertices - relief.neck) @ matrix.T + relief.neck
    vertices = sway * turned + (1 - sway) * relief.vertices + (0.5 + 0.5 * sway) * moved
    normals = relief.normals @ matrix.T
    ratio = lambert(normals, lamp, 0.5) / lambert(relief.normals, lamp, 0.5)
    shade = 1 + relief.sway * (np.clip(ratio, 0.6, 1.6) - 1)
    texture = _with_lids(relief, lids) if lids > 0.02 else relief.texture
    surface = Surface(
        texture, relief.places, np.asarray(vertices, np.float32), relief.triangles, relief.solid
    )
    return surface, np.asarray(shade, np.float32)


def _with_lids(relief: Relief, closure: float) -> Floats:
    """The texture with both upper lids drawn down over the eyes by `closure`, 0 to 1.

    The skin between the brow and the lid edge stretches, the open eye below is squeezed: column
    by column.
    """
    texture = relief.texture.copy()
    points = relief.landmarks[:, :2]
    for corners, upper, lower in _LIDS:
        ends = points[list(corners)]
        wide = float(np.ptp(ends[:, 0]))
        edges = []
        for lid in (upper, lower):
            curve = np.vstack([ends, points[list(lid)]])
            edges.append(curve[np.argsort(curve[:, 0])])
        left, right = int(ends[:, 0].min()), int(np.ceil(ends[:, 0].max()))
        x = np.arange(left, right + 1, dtype=np.float32)
        top = np.interp(x, edges[0][:, 0], edges[0][:, 1])
        bottom = np.maximum(np.interp(x, edges[1][:, 0], edges[1][:, 1]), top)
        crease = top - (bottom - top) - 0.1 * wide
        edge = top + _SHUT * closure * (bottom - top)
        first, last = int(crease.min()) - 1, int(bottom.max()) + 2
        y = np.arange(first, last + 1, dtype=np.float32)[:, None]
        skin = crease + (y - crease) * (top - crease) / (edge - crease)
        eye = top + (y - edge) * (bottom - top) / np.maximum(bottom - edge, 1e-3)
        source = np.where(
            (y < crease) | (y > bottom), y, np.where(y < edge, skin, np.clip(eye, top, bottom))
        )
        across = np.broadcast_to(x, source.shape).astype(np.float32)
        patch = cv2.remap(relief.texture, across, source.astype(np.float32), cv2.INTER_LINEAR)
        texture[first : last + 1, left : right + 1] = patch
    return texture
