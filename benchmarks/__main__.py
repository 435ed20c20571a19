"""Every bar, each benchmark in a process of its own; `make bench`.

A finished table is kept under .bench/, named by a hash of what it was measured on, and printed
again instead of measured again; --again measures anyway.
"""

import argparse
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import NO_DATA, ROOT, Conclusion, concluded, console, table, test_data

KEPT = ROOT / ".bench"
SHARED = ("src/countenance", "benchmarks/common.py", "requirements/run.txt")
SERVED = ("benchmarks/client.py", "benchmarks/processes.py", "tests/serving.py")
PORTRAITS = ("benchmarks/pictures.py",)
PEOPLE = ("benchmarks/people.py",)
SUITE = ("benchmarks/suite.py", "tests/conftest.py")
HOSTILE = ("tests/perception/hostile",)
CASES = ("tests/contract/common_errors.py", "tests/contract/holders.py")
RAW = ("tests/raw.py", "tests/mutations", "tests/serving.py")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of this package.

    `reads` are the files beside itself that it rests on; `data` what it needs of the evaluation
    data.
    """

    name: str
    what: str
    reads: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


BENCHMARKS = (
    Benchmark(
        "structure",
        "size of modules, import directions, the tour",
        ("docs/explanation", "pyproject.toml"),
    ),
    Benchmark("page_weight", "what the person's page weighs", ("web", "tests/page_weight.py")),
    Benchmark("contract", "the shared contract, complete in our data"),
    Benchmark("vectors", "signature vectors and captured requests", ("tests/contract",)),
    Benchmark("wire_cost", "CPU of a request beside its action"),
    Benchmark("mutations", "mutated signed requests", RAW),
    Benchmark(
        "parameters",
        "every rule of every parameter over HTTP",
        (*RAW, "tests/parameters.py", "tests/parameter_calls.py", "tests/contract/servers.py"),
    ),
    Benchmark("timing", "what the time of a refusal tells", (*SERVED, *RAW, *CASES)),
    Benchmark("rates", "what the limits let in", (*RAW, *CASES)),
    Benchmark("http_overhead", "CompareFace over HTTP beside compare()", SERVED + PORTRAITS),
    Benchmark(
        "sdk_matrix",
        "the vendor's SDKs, unmodified",
        (*SERVED, *SUITE, "tests/contract"),
    ),
    Benchmark(
        "round_trips",
        "every action through every official client",
        ("tests/contract", "requirements/clients"),
    ),
    Benchmark(
        "databases",
        "every test that touches the store, on both databases",
        (*SUITE, "tests/unit/store", "tests/unit/accounts", "tests/contract"),
    ),
    Benchmark(
        "readme_examples",
        "the examples of the README",
        (*SERVED, *SUITE, "README.md", "docs", "tests/pages.py", "tests/perception/test_readme.py"),
    ),
    Benchmark(
        "browser",
        "every way through the verification page in Chromium",
        (*SUITE, "tests/e2e", "tests/serving.py", "web"),
    ),
    Benchmark(
        "quality",
        "quality gates of stills",
        (),
        ("quality", "lfw", "lfw_cohort", "pad/nuaa/live", "celeb_fullres"),
    ),
    Benchmark("embeddings", "what each embedding is worth and costs", (), ("lfw/pairs.tsv",)),
    Benchmark("lfw", "face comparison on LFW", PEOPLE, ("lfw/pairs.tsv",)),
    Benchmark(
        "calibration",
        "the scores' anchors on people left out",
        (*PEOPLE, "benchmarks/intervals.py"),
        ("lfw/pairs.tsv", "lfw_cohort"),
    ),
    Benchmark("tails", "ways beyond a small sample", PEOPLE, ("lfw", "lfw_cohort")),
    Benchmark(
        "deepface",
        "comparison beside DeepFace",
        ("benchmarks/peers", "benchmarks/lfw.py", "benchmarks/processes.py", "requirements/peers"),
        ("lfw/pairs.tsv", "celeb_fullres/pairs.tsv"),
    ),
    Benchmark("simulated_liveness", "silent liveness on simulated people and prints", PORTRAITS),
    Benchmark("medium", "screens and sheets seen in one picture", PORTRAITS),
    Benchmark(
        "temporal",
        "attacks in time, and the CPU of a silent check",
        ("benchmarks/simulated_liveness.py", "benchmarks/processes.py"),
    ),
    Benchmark(
        "real_liveness",
        "silent liveness on clips of real people",
        (),
        ("MANIFEST.tsv", "video/real", "grid/s1"),
    ),
    Benchmark(
        "genuine_clips",
        "genuine clips and photos: decoded, live, matched with the right person only",
        ("benchmarks/recordings.py",),
        ("grid/s1", "video/real", "celeb_fullres"),
    ),
    Benchmark(
        "still_liveness",
        "liveness of one picture, all gates on",
        ("benchmarks/still_trials.py",),
        ("pad", "lfw", "quality", "celeb_fullres"),
    ),
    Benchmark("hostile_media", "hostile files in the decoder", HOSTILE),
    Benchmark("hostile_http", "hostile files through the server", HOSTILE + SERVED + PORTRAITS),
    Benchmark(
        "ssrf",
        "URLs that lead where the server must not go",
        (*SERVED, "tests/ssrf.py", "tests/sites.py"),
    ),
    Benchmark(
        "erase",
        "what is left of an erased verification, for a reader with the master key",
        (
            *SERVED,
            *PORTRAITS,
            "tests/erasure.py",
            "tests/planting.py",
            "tests/traces.py",
            "tests/capture.py",
        ),
    ),
    Benchmark(
        "memory",
        "memory of a server after mixed requests",
        (*HOSTILE, *SERVED, *PORTRAITS, "benchmarks/soak.py", "benchmarks/hostile_http.py"),
    ),
    Benchmark(
        "crash",
        "a server killed before and after every write of a verification",
        ("tests/crash.py", "tests/crash_server.py", "tests/capture.py", *PORTRAITS),
    ),
    Benchmark(
        "sessions",
        "200 verifications at once, none lost, none mixed up",
        ("tests/capture.py", *SERVED, *PORTRAITS),
    ),
    Benchmark("decode_cost", "decoding in a child process", HOSTILE),
)


def main() -> int:
    """Run the named benchmarks, or all; status 1 when a bar is missed or a run fails."""
    chosen, again = _arguments()
    results: list[tuple[Benchmark, list[Conclusion]]] = []
    for number, one in enumerate(chosen, 1):
        console.rule(f"{number}/{len(chosen)} {one.name}: {one.what}", align="left")
        results.append((one, list(_outcome(one, again))))
    return _summary(results)


def _arguments() -> tuple[list[Benchmark], bool]:
    known = {one.name: one for one in BENCHMARKS}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which, by default all: {', '.join(known)}")
    parser.add_argument("--again", action="store_true", help="measure what was kept, too")
    options = parser.parse_args()
    if unknown := [name for name in options.name if name not in known]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    return [known[name] for name in options.name] or list(BENCHMARKS), options.again


def _outcome(one: Benchmark, again: bool) -> Iterable[Conclusion]:
    """The conclusions of one benchmark, kept or new, its output printed."""
    if one.data and not _has_data(one.data):
        console.print(f"skipped: {NO_DATA} (set COUNTENANCE_TEST_DATA)")
        return [Conclusion("skipped", one.what, NO_DATA)]
    key = _key(one)
    kept = KEPT / f"{one.name}-{key}.txt"
    if kept.is_file() and not again:
        text = kept.read_text("utf-8")
        measured = time.strftime("%Y-%m-%d %H:%M", time.localtime(kept.stat().st_mtime))
        print(text, end="")
        console.print(f"kept from {measured}; --again measures anew")
        return concluded(text) or [Conclusion("shown", one.what, "see its table")]
    started = time.monotonic()
    text, status = _run(one.name)
    found = concluded(text)
    if status not in (0, 1) or (status and not found):
        return [Conclusion("missed", one.what, f"the run failed, status {status}", "a result")]
    found = found or [Conclusion("shown", one.what, "see its table")]
    console.print(f"took {time.monotonic() - started:.0f} s")
    if key == _key(one):
        KEPT.mkdir(exist_ok=True)
        kept.write_text(text, "utf-8")
    else:
        console.print("not kept: the source changed while it ran")
    return found


def _has_data(names: tuple[str, ...]) -> bool:
    folder = test_data()
    return folder is not None and all((folder / name).exists() for name in names)


def _key(one: Benchmark) -> str:
    """A hash of the files that a figure rests on."""
    digest = hashlib.sha256()
    for name in (*SHARED, f"benchmarks/{one.name}.py", *one.reads):
        for file in _files(ROOT / name):
            digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).parts
        if file.is_file() and not {"__pycache__", "node_modules", "static"} & set(inside):
            yield file


def _run(name: str) -> tuple[str, int]:
    """The output of one benchmark, printed as it comes, and its exit status."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    lines: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                lines.append(line)
                print(line, end="", flush=True)
        except BaseException:
            process.terminate()
            raise
    return "".join(lines), process.returncode


def _summary(results: list[tuple[Benchmark, list[Conclusion]]]) -> int:
    rows = [
        (
            one.name,
            found.what,
            found.figure,
            found.bar,
            "" if found.state == "shown" else found.state,
        )
        for one, conclusions in results
        for found in conclusions
    ]
    console.rule()
    table("Every bar", ("benchmark", "what", "figure", "bar", "met?"), rows)
    states = [row[-1] for row in rows if row[-1]]
    counts = (states.count("met"), states.count("missed"), states.count("skipped"))
    console.print("{} met, {} missed, {} skipped".format(*counts))
    return int("missed" in states)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        console.print("stopped; finished tables are kept")
        raise SystemExit(130) from None
