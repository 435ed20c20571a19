"""What the person is told: every reason in plain words, and of what looked false no detail."""

from collections.abc import Iterable

from countenance.capture.shapes import Told
from countenance.contract.messages import Language
from countenance.reasons import for_person, reason


def language_of(name: str) -> Language:
    """The language of our texts that is nearest to a flow's or a browser's."""
    return "zh-CN" if name.lower().startswith("zh") else "en-US"


def tell(keys: Iterable[str], language: Language) -> list[Told]:
    """The reasons in telling order, every sign of an attack as one and the same."""
    return [_tell(key, language) for key in dict.fromkeys(map(for_person, keys))]


def _tell(key: str, language: Language) -> Told:
    known = reason(key)
    if language == "zh-CN":
        return Told(key=key, text=known.zh, hint=known.zh_hint)
    return Told(key=key, text=known.text, hint=known.hint)
