"""Pictures that stand still where a person never does: a static image, a recording that freezes."""

from dataclasses import dataclass

from countenance.perception.liveness.series import Series, differences


@dataclass(frozen=True, slots=True)
class Stillness:
    """`share` of the time at which nothing changes, and the `longest` stretch of it in seconds."""

    share: float
    longest: float


def measure(series: Series, *, lag: float, level: float) -> Stillness | None:
    """Compare frames `lag` seconds apart; nothing changed where they differ by less than `level`.

    Mean absolute grey levels. The lag lets a slow camera repeat its frames. None where the series
    is no longer than the lag.
    """
    apart = max(1, round(lag / max(series.step, 1e-3)))
    if len(series.frames) <= apart:
        return None
    still = differences(series.frames, apart) < level
    longest, start = 0.0, None
    for i, same in enumerate(still):
        if not same:
            start = None
            continue
        start = i if start is None else start
        longest = max(longest, float(series.times[i + apart] - series.times[start]))
    return Stillness(float(still.mean()), longest)
