"""The long run: mixed requests against a real server, and what it holds on to meanwhile.

    python -m benchmarks.soak [--minutes 30] [--clients 3] [--seed 1]

Good and bad pictures and clips, damaged files, wrong keys, stale clocks, unknown actions, clients
that go away in the middle of a body. Every answer has codes it may end in; any other is
unexpected. Memory and descriptors are sampled from the kernel; growth is that of the last fifth of
the samples over the second fifth.
"""

import argparse
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from tests.perception.hostile import catalogue, mutations
from tests.serving import Running, serve

from benchmarks import pictures
from benchmarks.client import COMPARE, UNLIMITED, Client, text
from benchmarks.common import aside, conclude, judged, machine, table
from benchmarks.hostile_http import DAMAGED
from benchmarks.processes import Usage, usage
from countenance import simulate
from countenance.contract import catalogue as contract

SAMPLES = 40
MEMORY_GROWTH, MORE_DESCRIPTORS = 1.10, 8
DETECT = contract.find("2020-03-03", "DetectLiveFace")
UNBUILT = contract.find("2018-03-01", "GetCardVerificationResult")
SIGNATURE, EXPIRE = "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire"
NO_FACE = "InvalidParameterValue.NoFaceInPhoto"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: how often it comes, what sends it, the codes it may end in."""

    name: str
    weight: int
    send: Callable[[], str]
    codes: frozenset[str]


@dataclass(slots=True)
class Tally:
    """What has been answered so far; shared by the clients."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)

    def add(self, kind: Kind, code: str) -> None:
        """Count one answer."""
        with self.lock:
            self.answers[kind.name, code] += 1
            if code not in kind.codes:
                self.unexpected[f"{kind.name}: {code}"] += 1


@dataclass(frozen=True, slots=True)
class Material:
    """What is sent, made once."""

    live: bytes
    printed: bytes
    small: bytes
    large: bytes
    stranger: bytes
    faceless: bytes
    images: list[bytes]
    videos: list[bytes]


def main() -> int:
    """Print the tables; status 1 when something unexpected came or something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    aside.print("making the clips")
    material = make_material()
    with tempfile.TemporaryDirectory() as name, serve(Path(name), **UNLIMITED) as server:
        with asked(server, material, options.clients, options.seed) as tally:
            samples = _watch(server.pid, tally, 60 * options.minutes)
        time.sleep(1)
        rest = usage(server.pid)
        errors = server.log.read_text("utf-8").count('"event": "unexpected"')
    _print(samples, rest, tally, options)
    return _conclude(samples, tally, errors)


@contextmanager
def asked(server: Running, material: Material, clients: int, seed: int) -> Iterator[Tally]:
    """The tally of so many clients, who ask the server without a pause until the block ends."""
    tally, stop = Tally(), threading.Event()
    asking = [
        threading.Thread(
            target=run_client, args=(server, material, tally, stop, seed + n), daemon=True
        )
        for n in range(clients)
    ]
    for client in asking:
        client.start()
    try:
        yield tally
    finally:
        stop.set()
        for client in asking:
            client.join(150)


Sample = tuple[float, int, Usage]


def _watch(pid: int, tally: Tally, seconds: float) -> list[Sample]:
    """A sample every fortieth of the time."""
    started = time.monotonic()
    samples: list[Sample] = []
    for number in range(1, SAMPLES + 1):
        time.sleep(max(0.0, started + seconds * number / SAMPLES - time.monotonic()))
        samples.append((time.monotonic() - started, tally.answers.total(), usage(pid)))
        elapsed, requests, held = samples[-1]
        aside.print(
            f"{elapsed:6.0f} s  {requests} answers, {tally.unexpected.total()} unexpected, "
            f"{held.own_memory:.0f} + {held.children_memory:.0f} MB, {held.descriptors} descriptors"
        )
    return samples


def _print(samples: list[Sample], rest: Usage, tally: Tally, options: argparse.Namespace) -> None:
    shown = samples[:: max(1, SAMPLES // 10)]
    shown = shown if shown[-1] is samples[-1] else [*shown, samples[-1]]
    table(
        f"The server under {options.clients} clients for {options.minutes:g} minutes; {machine()}",
        ("s", "answers", "server MB", "children MB", "children", "descriptors", "threads"),
        [
            *((f"{at:.0f}", n, *_cells(held)) for at, n, held in shown),
            ("at rest", tally.answers.total(), *_cells(rest)),
        ],
    )
    table(
        "Answers",
        ("request", "code", "n"),
        [(kind, code, n) for (kind, code), n in sorted(tally.answers.items())],
    )
    if tally.unexpected:
        table("Unexpected", ("what", "n"), tally.unexpected.most_common())


def _cells(held: Usage) -> tuple[object, ...]:
    memory = (f"{held.own_memory:.0f}", f"{held.children_memory:.0f}")
    return (*memory, held.children, held.descriptors, held.threads)


def _conclude(samples: list[Sample], tally: Tally, errors: int) -> int:
    fifth = SAMPLES // 5
    early, late = (
        [held for *_, held in part] for part in (samples[fifth : 2 * fifth], samples[-fifth:])
    )
    memory = [statistics.median(u.own_memory for u in part) for part in (early, late)]
    descriptors = [statistics.median(u.descriptors for u in part) for part in (early, late)]
    growth = memory[1] / memory[0]
    return conclude(
        judged(
            "unexpected answers, and errors in the log",
            f"{tally.unexpected.total()} and {errors} of {tally.answers.total()}",
            "0",
            not tally.unexpected and not errors and bool(tally.answers),
        ),
        judged(
            "memory of the server, last fifth over second",
            f"{memory[1]:.0f} / {memory[0]:.0f} MB = {growth:.3f}",
            f"<= {MEMORY_GROWTH}",
            growth <= MEMORY_GROWTH,
        ),
        judged(
            "descriptors, last fifth and second",
            f"{descriptors[1]:.0f}, {descriptors[0]:.0f}",
            f"+ {MORE_DESCRIPTORS} at most",
            descriptors[1] <= descriptors[0] + MORE_DESCRIPTORS,
        ),
    )


def make_material() -> Material:
    """Render the clips and pictures."""
    portrait = pictures.collins()
    # Of a seed that the network takes for alive: not every simulated head is.
    live = simulate.bona_fide(portrait, seed=4, seconds=2.6, rate=15)
    printed = simulate.print_attack(portrait, seed=1, seconds=2.6, rate=15)
    return Material(
        live=live.encode("mp4"),
        printed=printed.encode("webm"),
        small=pictures.head(),
        large=pictures.photograph(portrait, (1000, 1333)),
        stranger=pictures.jpeg(pictures.hopper()),
        faceless=pictures.jpeg(np.full((300, 300, 3), 90, np.uint8)),
        images=catalogue.originals_of_images(),
        videos=catalogue.originals_of_videos(),
    )


def run_client(
    server: Running, material: Material, tally: Tally, stop: threading.Event, seed: int
) -> None:
    """One client: random requests until told to stop; a broken connection counts as an answer."""
    chance = random.Random(seed)
    client, forger = Client(server), Client(server, secret_key="x" * 32)
    kinds = kinds_of(server, client, forger, material, chance)
    weights = [kind.weight for kind in kinds]
    while not stop.is_set():
        (kind,) = chance.choices(kinds, weights)
        try:
            code = kind.send()
        except (httpx.HTTPError, OSError) as error:
            code = type(error).__name__
        tally.add(kind, code)
    client.close()
    forger.close()


def kinds_of(
    server: Running, client: Client, forger: Client, made: Material, chance: random.Random
) -> list[Kind]:
    """Every kind of request, with its share and the codes it may end in."""

    def alike(a: bytes, b: bytes) -> str:
        answer = client.compare(a, b)
        score = answer.response.get("Score")
        return answer.code if score is None else "match" if score >= 70 else "no match"

    def damaged(originals: list[bytes]) -> bytes:
        return next(mutations.mutants([chance.choice(originals)], 1, chance.randrange(1 << 30)))

    small = {"ImageA": text(made.small), "ImageB": text(made.small)}
    image, video = (frozenset(DAMAGED[kind]) for kind in ("image", "video"))

    def kind(name: str, weight: int, send: Callable[[], str], *codes: str) -> Kind:
        return Kind(name, weight, send, frozenset(codes))

    return [
        kind("same person", 20, lambda: alike(made.small, made.large), "match"),
        kind("other person", 20, lambda: alike(made.small, made.stranger), "no match"),
        kind("no face", 5, lambda: alike(made.small, made.faceless), NO_FACE),
        kind(
            "live picture",
            6,
            lambda: client.call(DETECT, {"Image": text(made.large)}).code,
            "Success",
        ),
        kind("live", 6, lambda: client.liveness(made.large, made.live).code, "Success"),
        kind(
            "print",
            6,
            lambda: client.liveness(made.large, made.printed).code,
            "FailedOperation.SilentPictureLiveFail",
        ),
        kind(
            "damaged image",
            10,
            lambda: client.compare(damaged(made.images), made.small).code,
            *image,
        ),
        kind(
            "damaged video",
            6,
            lambda: client.liveness(made.large, damaged(made.videos)).code,
            *video,
        ),
        kind("wrong key", 5, lambda: forger.call(COMPARE, small).code, SIGNATURE),
        kind("stale clock", 5, lambda: client.call(COMPARE, small, skew=-900).code, EXPIRE),
        kind(
            "unknown parameter",
            5,
            lambda: client.call(COMPARE, small | {"ImageC": ""}).code,
            "UnknownParameter",
        ),
        kind(
            "action not built",
            3,
            lambda: client.call(UNBUILT, {"CardVerificationToken": "0"}).code,
            "UnsupportedOperation",
        ),
        kind(
            "13 MB", 1, lambda: client.call(COMPARE, {"ImageA": "x" * 13_000_000}).code,
            "RequestSizeLimitExceeded",
        ),
        kind("gone in the body", 3, lambda: _leave(server, client, small), "gone"),
        kind("metrics", 2, lambda: _metrics(server), "200"),
    ]  # fmt: skip


def _leave(server: Running, client: Client, params: dict[str, str]) -> str:
    """Send half a request and hang up."""
    headers, body = client.signed(COMPARE, params)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    host, _, port = server.endpoint.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(
            f"POST / HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
            + body[: len(body) // 2]
        )
        time.sleep(0.05)
    return "gone"


def _metrics(server: Running) -> str:
    return str(httpx.get(f"{server.url}/metrics", trust_env=False, timeout=60).status_code)


if __name__ == "__main__":
    sys.exit(main())
