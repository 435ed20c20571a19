"""The labels of a session's artefacts in the object store: what each is to its session."""

REQUEST = "request"  # Extra and RedirectURL: text, JSON
PHOTO = "photo"  # the reference photo: frame
CLIENT = "client"  # what the device told of itself: package, JSON


def chunk(attempt: int, n: int) -> str:
    """Part `n`, from 0, of the recording of an attempt, from 1: video."""
    return f"chunk-{attempt}-{n}"


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
