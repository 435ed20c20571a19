"""A signed request of our own, as an SDK would send it: for the command line, tests, benchmarks."""

import hashlib

from countenance.contract.catalogue import Action
from countenance.wire.signature import sign_tc3


def post_headers(
    action: Action,
    body: bytes,
    *,
    host: str,
    secret_id: str,
    secret: str,
    now: float,
    region: str = "",
) -> dict[str, str]:
    """Headers of a TC3-HMAC-SHA256 POST of a JSON body to `host` (with its port, as sent)."""
    timestamp = int(now)
    signed = {"content-type": "application/json", "host": host}
    authorization = sign_tc3(
        method="POST",
        headers=signed,
        payload_hash=hashlib.sha256(body).hexdigest(),
        timestamp=timestamp,
        service=action.service,
        secret_id=secret_id,
        secret=secret,
    )
    common = {
        "x-tc-action": action.name,
        "x-tc-version": action.version,
        "x-tc-timestamp": str(timestamp),
        "authorization": authorization,
    }
    return signed | common | ({"x-tc-region": region} if region else {})
