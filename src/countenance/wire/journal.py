"""What is written down of a request that was answered: a line of the log, the counters."""

import time
from collections.abc import Sequence

from countenance.contract.errors import ApiError
from countenance.observe import Metrics, log
from countenance.wire.call import Call
from countenance.wire.explain import explain

_SHOWN = 0.0005  # seconds a step must take to be in the line


def record(metrics: Metrics, call: Call, seconds: float, size: int) -> None:
    """Count an answer of `size` bytes that took `seconds`, and write its line."""
    action = call.contract_action
    service, name = (action.service, action.name) if action else ("none", "none")
    metrics.requests.labels(service, name, call.code).inc()
    metrics.seconds.labels(service, name).observe(seconds)
    for step, spent in call.timings.items():
        metrics.step_seconds.labels(step).inc(spent)
    log().info(
        "request",
        request_id=call.request_id,
        service=service,
        action=name,
        code=call.code,
        account=call.caller.account_id if call.caller else None,
        key=call.caller.key_id if call.caller else None,
        algorithm=call.family,
        billed=call.billed,
        bytes_in=call.body_size + call.query_size,
        bytes_out=size,
        millis=round(seconds * 1000, 2),
        steps={k: round(v * 1000, 2) for k, v in call.timings.items() if v >= _SHOWN},
        **({"ignored": call.ignored} if call.ignored else {}),
    )


async def record_refusal(call: Call, error: ApiError, public_hosts: Sequence[str]) -> None:
    """Write why a caller was not let in, for the operator; nothing for other errors."""
    if not error.code.startswith("AuthFailure"):
        return
    explanation = await explain(call, error, time.time(), public_hosts=public_hosts)
    log().warning(
        "authentication failed",
        request_id=call.request_id,
        code=error.code,
        explanation=explanation,
    )
