"""The labels of a session's artefacts in the object store: what each is to its session."""

from countenance.verification.session import Challenge

REQUEST = "request"  # Extra and RedirectURL: text, JSON
PHOTO = "photo"  # the reference photo: frame
CLIENT = "client"  # what the device told of itself: package, JSON


def chunk(challenge: Challenge, n: int) -> str:
    """Part `n`, from 0, of the recording for a challenge: video.

    By the challenge, not the attempt: what still arrives for one that was replaced must not end up
    among the chunks of the new one.
    """
    return f"chunk-{challenge.id}-{n}"


def video(attempt: int) -> str:
    """The recording of a judged attempt, whole: video."""
    return f"video-{attempt}"


def best(attempt: int) -> str:
    """The frame that was compared, or would be: frame, JPEG."""
    return f"best-{attempt}"


def profile(attempt: int) -> str:
    """The face of the best frame: frame, JPEG."""
    return f"profile-{attempt}"


def package(attempt: int) -> str:
    """What was captured and how, see `verification/package`: package, JSON."""
    return f"package-{attempt}"


def is_spent(label: str) -> bool:
    """Whether it only served to reach the verdict, and goes when the session is final."""
    return label in (PHOTO, CLIENT) or label.startswith("chunk-")


def is_chunk(label: str, *, but_of: Challenge | None = None) -> bool:
    """Whether it is a part of a recording, for any challenge but this one."""
    return label.startswith("chunk-") and (but_of is None or but_of.id not in label)
