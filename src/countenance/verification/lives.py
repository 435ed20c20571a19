"""How long a token can be used, its result be asked for, and what was stored be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from countenance.settings import Settings
from countenance.store.objects import Kind
from countenance.verification.session import FROM_ISSUE, Config, Family, Session
from countenance.verification.steps import BEGUN_SECONDS

JUDGED_SECONDS = 3600.0  # in which what was handed in at the last moment is judged, at the latest


@dataclass(frozen=True, slots=True)
class Life:
    """Seconds to open a link in, and for which its result can be asked for."""

    token: float
    result: float


@dataclass(frozen=True, slots=True)
class Lives:
    """`keeps` are seconds by kind of artefact; None is as long as the result can be asked for."""

    families: Mapping[Family, Life]
    keeps: Mapping[Kind, float | None]

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The lives that an operator set."""
        web = Life(settings.web_token_life, settings.web_result_life)
        sdk = Life(settings.sdk_token_life, settings.sdk_result_life)
        return cls(
            {
                "web": web,
                "web_v1": web,
                "sdk": sdk,
                "card": sdk,
                "faceid": Life(settings.faceid_token_life, settings.faceid_result_life),
                "liveness": Life(settings.liveness_token_life, settings.liveness_result_life),
            },
            {
                "video": settings.keep_video,
                "frame": settings.keep_frame,
                "card": settings.keep_card,
                "text": settings.keep_text,
                "package": settings.keep_package,
            },
        )

    def issue(
        self, id: str, account_id: str, family: Family, action: str, config: Config, now: float
    ) -> Session:
        """A fresh session; `config.result_life` is to be the family's."""
        life = self.families[family]
        until = now + life.token
        result = now if family in FROM_ISSUE else until
        return Session(
            id=id,
            account_id=account_id,
            family=family,
            action=action,
            config=config,
            created=now,
            begin_until=until,
            finish_until=until,
            result_until=result + life.result,
        )

    def find_expiry(self, session: Session, kind: Kind, now: float) -> float:
        """When an artefact that is stored now, at a verdict, is to go."""
        last = session.result_until
        if session.family not in FROM_ISSUE:
            last = max(last, now + session.config.result_life)
        keep = self.keeps.get(kind)
        return last if keep is None else min(last, now + keep)

    def find_request_expiry(self, session: Session) -> float:
        """When what came with the token is to go: not before its verification is over."""
        keep = self.keeps["text"]
        result = session.config.result_life
        return self.find_photo_expiry(session) + (result if keep is None else min(result, keep))

    def find_photo_expiry(self, session: Session) -> float:
        """When the picture to compare with is to go, at the latest."""
        return session.begin_until + BEGUN_SECONDS + JUDGED_SECONDS
