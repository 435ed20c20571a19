"""People and attacks before a camera, made with known truth from a portrait the caller brings.

Scene (relief, head, paper, device, hand, room) -> camera -> codec (clip), without generative
weights. One seed always gives the same pixels. Its clips test plumbing and relative order, not real
attack rates.
It is written from physics; it is never changed to suit a detector.
"""

import hashlib
from pathlib import Path

from countenance.simulate.clip import Clip, Still
from countenance.simulate.device import MONITOR, PHONE, TABLET
from countenance.simulate.page import paper_still
from countenance.simulate.presentation import LIVE, PAGE, POSTER, bona_fide, print_attack
from countenance.simulate.screen import bezel_still, screen_attack
from countenance.simulate.temporal import (
    CUT,
    FREEZES,
    HELD,
    LOOP,
    NOISY,
    PING_PONG,
    STATIC,
    TILTED,
    freezes,
    held,
    looped,
    ping_pong,
    slow_camera,
    spliced,
    static,
    still,
    tilted,
)
from countenance.simulate.truth import Truth, Turn

__all__ = [
    "CUT",
    "FREEZES",
    "HELD",
    "LIVE",
    "LOOP",
    "MONITOR",
    "NOISY",
    "PAGE",
    "PHONE",
    "PING_PONG",
    "POSTER",
    "STATIC",
    "TABLET",
    "TILTED",
    "Clip",
    "Still",
    "Truth",
    "Turn",
    "bezel_still",
    "bona_fide",
    "fingerprint",
    "freezes",
    "held",
    "looped",
    "paper_still",
    "ping_pong",
    "print_attack",
    "screen_attack",
    "slow_camera",
    "spliced",
    "static",
    "still",
    "tilted",
]


def fingerprint() -> str:
    """SHA-256 over the simulator's source files: recorded with every table made from its clips."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
