"""A DET curve as inline SVG: false matches across, false non-matches up, both by decades."""

import math

from countenance.evaluation.rates import Curve, Point

# Room for labels of 22 units, which the style gives them on a narrow screen.
_WIDTH, _HEIGHT, _LEFT, _BELOW, _RIGHT, _ABOVE = 640, 440, 114, 72, 40, 20


def draw(curve: Curve, points: tuple[Point, ...]) -> str:
    """The curve and its operating points; empty where the sample carries none."""
    if not curve.fmr:
        return ""
    lowest = math.floor(math.log10(curve.fmr[-1]))
    floor = min((rate for rate in curve.fnmr if rate > 0), default=1e-2)
    bottom = min(-2, math.floor(math.log10(floor)))

    def x(rate: float) -> float:
        share = (math.log10(rate) - lowest) / (0 - lowest)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(rate: float) -> float:
        share = (math.log10(max(rate, 10.0**bottom)) - bottom) / (0 - bottom)
        return _HEIGHT - _BELOW - share * (_HEIGHT - _BELOW - _ABOVE)

    lines = []
    for decade in range(lowest, 1):
        at = x(10.0**decade)
        lines.append(_line(at, _ABOVE, at, _HEIGHT - _BELOW))
        lines.append(_text(at, _HEIGHT - _BELOW + 28, _share(decade), "middle"))
    for decade in range(bottom, 1):
        at = y(10.0**decade)
        lines.append(_line(_LEFT, at, _WIDTH - _RIGHT, at))
        lines.append(_text(_LEFT - 8, at + 6, _share(decade), "end"))
    path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(curve.fmr, curve.fnmr, strict=True))
    marks = []
    for point in points:
        match, miss = point.fmr.estimate, point.fnmr
        if match and miss.trials and match >= curve.fmr[-1]:
            across, up = x(match), y(miss.errors / miss.trials)
            marks.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="6"/>')
            marks.append(_text(across + 10, up - 8, f"Sim {point.score:g}", "start"))
    middle = _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="det-title det-text">'
        '<title id="det-title">DET curve</title><desc id="det-text">'
        f"False non-matches fall from {curve.fnmr[-1]:.2g} at a false-match rate of "
        f"{curve.fmr[-1]:.2g} to {curve.fnmr[0]:.2g} at {curve.fmr[0]:.2g}. The table below the "
        "chart has the operating points.</desc>"
        f'<g class="grid">{"".join(lines)}</g><polyline points="{path}"/>{"".join(marks)}'
        + _text(middle, _HEIGHT - 12, "false matches, share of impostor pairs", "middle")
        + f'<text transform="translate(22 {_HEIGHT / 2 - 20:.0f}) rotate(-90)" '
        'text-anchor="middle">false non-matches</text></svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _share(decade: int) -> str:
    return f"{100 * 10.0**decade:g} %" if decade >= -3 else f"1e{decade}"
