// A clip's live score over time, with the frames the server looked at.
import { useEffect, useRef } from "preact/hooks";
import { drawFrames } from "./frames";
import type { FrameSeen } from "./shapes";

interface Props {
  clip: string;
  frames: FrameSeen[];
  needed: number | null;
  best: number | null;
}

/** `clip` is an address of the video; `needed` the live score that passes; `best` seconds. */
export function Timeline({ clip, frames, needed, best }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const chosen = nearest(frames, best);
  useEffect(() => {
    const canvases = [...(list.current?.querySelectorAll("canvas") ?? [])];
    return drawFrames(
      clip,
      frames.map((frame) => frame.time),
      canvases,
    );
  }, [clip, frames]);
  return (
    <div class="timeline">
      <Chart frames={frames} needed={needed} chosen={chosen} />
      <ol class="strip" ref={list}>
        {frames.map((frame, index) => (
          <li class={index === chosen ? "cell best" : "cell"}>
            <canvas width="96" height="96" aria-hidden="true" />
            <span>{frame.time.toFixed(1)} s</span>
            <b>{frame.live === null ? "no face" : `live ${frame.live.toFixed(2)}`}</b>
            {frame.faces > 1 && <span>{frame.faces} faces</span>}
            {index === chosen && <em>best</em>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Chart({ frames, needed, chosen }: { frames: FrameSeen[]; needed: number | null; chosen: number }) {
  const start = frames[0]?.time ?? 0;
  const span = (frames.at(-1)?.time ?? 0) - start || 1;
  const across = (frame: FrameSeen): number => ((frame.time - start) / span) * 100;
  const measured = frames.filter((frame) => frame.live !== null);
  const line = measured.map((frame) => `${across(frame)},${100 - frame.live! * 100}`).join(" ");
  return (
    <div class="chart" aria-hidden="true">
      <span class="chart-high">live</span>
      <span class="chart-low">photo or screen</span>
      <div class="plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" focusable="false">
          {needed !== null && (
            <line class="needed" x1="0" x2="100" y1={100 - needed * 100} y2={100 - needed * 100} />
          )}
          <polyline class="trend" points={line} />
        </svg>
        {frames.map((frame, index) => (
          <i
            class={`dot${index === chosen ? " best" : ""}${frame.live === null ? " empty" : ""}`}
            style={{ left: `${across(frame)}%`, bottom: `${(frame.live ?? 0) * 100}%` }}
          />
        ))}
      </div>
    </div>
  );
}

function nearest(frames: FrameSeen[], time: number | null): number {
  if (time === null) return -1;
  const distances = frames.map((frame) => Math.abs(frame.time - time));
  return distances.indexOf(Math.min(...distances));
}
