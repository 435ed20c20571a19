"""What the person is told: every reason in plain words, and of what looked false no detail."""

from countenance.capture.shapes import Told
from countenance.contract.messages import Language, text
from countenance.reasons import reason, reasons

SPOOF = 1002  # the number of the reasons that would tell an attacker what was seen through


def language_of(name: str) -> Language:
    """The language of our texts that is nearest to a flow's or a browser's."""
    return "zh-CN" if name.lower().startswith("zh") else "en-US"


def tell(keys: tuple[str, ...], language: Language) -> list[Told]:
    """The reasons in telling order, each way of looking false as the same one."""
    return [_tell(key, language) for key in dict.fromkeys(map(_neutral, keys))]


def _neutral(key: str) -> str:
    known = reasons().get(key)
    return "liveness_failed" if known is not None and known.sdk == SPOOF else key


def _tell(key: str, language: Language) -> Told:
    if key not in reasons():
        said = text(f"person.{key}").say(language)
        return Told(key=key, text=said, hint=text(f"person.{key}.hint").say(language))
    known = reason(key)
    if language == "en-US":
        return Told(key=key, text=known.text, hint=known.hint)
    said, mark, hint = known.zh.partition("。")
    return Told(key=key, text=said + mark, hint=hint)
