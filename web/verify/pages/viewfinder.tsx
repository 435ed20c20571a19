// The camera's picture with the oval, one hint at a time, and the ring that fills while recording.
import { useEffect, useRef } from "preact/hooks";
import type { PageProps } from "../app";
import type { Hint } from "../screens";
import { reasonHint, type Language, type Words } from "../words";
import { Heading } from "./parts";

export function Viewfinder({ flow, words, language }: PageProps) {
  const video = useRef<HTMLVideoElement>(null);
  const { screen } = flow;
  useEffect(() => {
    flow.attach(video.current);
    return () => flow.attach(null);
  }, [flow]);
  const recording = screen.name === "recording";
  const framing = screen.name === "framing" ? screen : null;
  const share = recording ? screen.share : 0;
  return (
    <div class="viewfinder">
      {/* The preview stays mounted: a stream attached late shows black on some phones. */}
      <video
        ref={video}
        class={flow.camera.mirrored ? "preview mirrored" : "preview"}
        aria-label={words.frame.preview}
        autoplay
        muted
        playsInline
      />
      <Oval good={framing?.hint.good ?? recording} share={share} recording={recording} />
      <div class="say">
        <Heading>{recording ? words.record.title : words.frame.title}</Heading>
        <p class="hint" role="status" data-hint={framing?.hint.key}>
          {recording ? words.record.say : framing && hintWords(framing.hint, words, language)}
        </p>
        <p class="hidden" role="status">
          {share >= 0.5 && words.record.half}
        </p>
        {framing?.interrupted && (
          <p class="note" role="status">
            {words.frame.interrupted}
          </p>
        )}
      </div>
      <div class="controls">
        {framing && framing.timeLeft !== null && (
          <p class="note">{words.frame.timeLeft(framing.timeLeft)}</p>
        )}
        {recording ? (
          <p class="countdown" aria-hidden="true">
            {screen.secondsLeft > 0 && words.record.left(screen.secondsLeft)}
          </p>
        ) : (
          <button class="primary large" type="button" onClick={() => flow.record()}>
            {words.frame.record}
          </button>
        )}
        {framing && (
          <button class="over" type="button" onClick={() => flow.ask()}>
            {words.leave}
          </button>
        )}
      </div>
    </div>
  );
}

// An ellipse of width 100 and height 161.8, begun at the top, clockwise.
const ELLIPSE = "M50 0a50 80.9 0 0 1 0 161.8a50 80.9 0 0 1 0-161.8z";
const OUTSIDE = `M-3000-3000h6100v6200h-6100z${ELLIPSE}`;

function Oval({ good, share, recording }: { good: boolean; share: number; recording: boolean }) {
  return (
    <svg
      class={good ? "oval good" : "oval"}
      viewBox="0 0 100 161.8"
      aria-hidden="true"
      focusable="false"
    >
      <path class="outside" d={OUTSIDE} fill-rule="evenodd" />
      <path class="line" d={ELLIPSE} />
      {recording && (
        <path
          class="ring"
          d={ELLIPSE}
          pathLength={100}
          stroke-dasharray="100"
          stroke-dashoffset={100 - share * 100}
        />
      )}
    </svg>
  );
}

function hintWords({ key, told }: Hint, words: Words, language: Language): string {
  if (told) return reasonHint(told, language);
  return words.frame[key as "looking" | "good" | "centre"];
}
