// The 0 to 100 score on an arc, with the two marks that say what a score means.
import { Icon } from "./icons";

const MARKS = [
  { at: 70, odds: "1 in 1,000" },
  { at: 80, odds: "1 in 10,000" },
];
const RADIUS = 100;

export function Gauge({ score, passed }: { score: number; passed: boolean }) {
  return (
    <div class="gauge">
      <svg viewBox="-124 -124 248 148" role="img" aria-label={`Likeness: ${score.toFixed(1)} of 100`}>
        <path class="gauge-track" d={arc(0, 100)} />
        {score > 0.5 && (
          <path class={passed ? "gauge-value good" : "gauge-value bad"} d={arc(0, score)} />
        )}
        {MARKS.map(({ at }) => (
          <Mark at={at} />
        ))}
        <text class="gauge-number" x="0" y="-14">
          {score.toFixed(1)}
        </text>
        <text class="gauge-unit" x="0" y="12">
          of 100
        </text>
      </svg>
      <ul class="marks">
        {MARKS.map(({ at, odds }) => (
          <li class={score >= at ? "reached" : ""}>
            <Icon name={score >= at ? "tick" : "cross"} />
            <span>
              <b>{at}</b> {score >= at ? "reached." : "not reached."} Only {odds} pairs
              of different people get this far.
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Mark({ at }: { at: number }) {
  const [inner, outer, label] = [polar(at, 88), polar(at, 112), polar(at, 119)];
  return (
    <>
      <path class="gauge-mark" d={`M${inner}L${outer}`} />
      <text class="gauge-label" x={label.split(" ")[0]} y={label.split(" ")[1]}>
        {at}
      </text>
    </>
  );
}

function polar(score: number, radius: number): string {
  const angle = Math.PI * (1 - score / 100);
  return `${(radius * Math.cos(angle)).toFixed(2)} ${(-radius * Math.sin(angle)).toFixed(2)}`;
}

function arc(from: number, to: number): string {
  return `M${polar(from, RADIUS)}A${RADIUS} ${RADIUS} 0 0 1 ${polar(to, RADIUS)}`;
}
