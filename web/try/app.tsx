// The page: choose what to check, choose the pictures, send, see.
import { useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons";
import type { Media } from "../ui/photo";
import type { CompareAnswer, VerifyAnswer } from "../ui/shapes";
import { type Progress, SendError, send } from "../ui/upload";
import { type Result, ResultView } from "./result";
import { Slot } from "./slot";

type Mode = "compare" | "verify";
type SlotId = "a" | "b" | "clip" | "photo";
type Phase =
  | { name: "choosing" }
  | { name: "busy"; progress: Progress }
  | { name: "failed"; message: string }
  | { name: "done"; result: Result };

const NEEDED: Record<Mode, SlotId[]> = { compare: ["a", "b"], verify: ["clip"] };
const MISSING: Record<SlotId, string> = {
  a: "Choose the first photo.",
  b: "Choose the second photo.",
  clip: "Choose or record a video.",
  photo: "Choose a photo.",
};

export function App() {
  const [mode, setMode] = useState<Mode>(location.hash === "#verify" ? "verify" : "compare");
  const [media, setMedia] = useState<Partial<Record<SlotId, Media>>>({});
  const [phase, setPhase] = useState<Phase>({ name: "choosing" });
  const [missing, setMissing] = useState("");
  const abort = useRef<AbortController | null>(null);
  const busy = phase.name === "busy";

  const choose = (id: SlotId) => (chosen: Media) => {
    abort.current?.abort();
    setMedia((now) => {
      if (now[id]) URL.revokeObjectURL(now[id].url);
      return { ...now, [id]: chosen };
    });
    setMissing("");
    setPhase({ name: "choosing" });
  };

  const change = (next: Mode): void => {
    abort.current?.abort();
    history.replaceState(null, "", next === "verify" ? "#verify" : location.pathname);
    setMode(next);
    setMissing("");
    setPhase({ name: "choosing" });
  };

  const check = async (): Promise<void> => {
    if (busy) return;
    const lacking = NEEDED[mode].find((id) => !media[id]);
    if (lacking) {
      setMissing(MISSING[lacking]);
      document.getElementById(`${lacking}-choose`)?.focus();
      return;
    }
    const control = new AbortController();
    abort.current = control;
    const onProgress = (progress: Progress): void => setPhase({ name: "busy", progress });
    onProgress({ stage: "sending", share: 0 });
    try {
      const result = await ask(mode, media, onProgress, control.signal);
      setPhase({ name: "done", result });
    } catch (error) {
      if (control.signal.aborted) return; // whoever aborted has set the next phase
      const known = error instanceof SendError;
      setPhase({ name: "failed", message: known ? error.message : "Something went wrong here." });
    }
  };

  const cancel = (): void => {
    abort.current?.abort();
    setPhase({ name: "choosing" });
    document.getElementById("check")?.focus();
  };

  return (
    <>
      <header class="masthead">
        <Mark />
        <span>countenance</span>
      </header>
      <main>
        <h1>See what the server sees</h1>
        <p class="lede">
          Choose pictures of faces and look at the result. They go to the server on this computer and
          nowhere else, and it does not keep them.
        </p>
        <ModeChoice mode={mode} onChange={change} />
        <div class="slots" key={mode}>
          {mode === "compare" ? (
            <>
              <Slot id="a" kind="photo" title="First photo" hint="One clear face, from the front." media={media.a ?? null} onMedia={choose("a")} />
              <Slot id="b" kind="photo" title="Second photo" hint="The same person, or somebody else." media={media.b ?? null} onMedia={choose("b")} />
            </>
          ) : (
            <>
              <Slot id="clip" kind="clip" title="Video" hint="A few seconds of one face, at most 8 MB." media={media.clip ?? null} onMedia={choose("clip")} />
              <Slot id="photo" kind="photo" title="Photo (optional)" hint="Whom the video should show. Without it, only liveness is checked." media={media.photo ?? null} onMedia={choose("photo")} />
            </>
          )}
        </div>
        <div class="actions">
          <button id="check" class="primary large" type="button" aria-disabled={busy} onClick={() => void check()}>
            {mode === "compare" ? "Compare the photos" : "Check the video"}
          </button>
          {busy && <Busy progress={phase.progress} onCancel={cancel} />}
          <p class="fault" hidden={!missing}>
            {missing}
          </p>
        </div>
        <p class="hidden" role="status">
          {missing || spoken(phase)}
        </p>
        {phase.name === "failed" && <Failure message={phase.message} onRetry={() => void check()} />}
        {phase.name === "done" && <ResultView result={phase.result} />}
      </main>
      <footer>
        <p>This page answers only on the machine that runs the server. It loads nothing from elsewhere.</p>
      </footer>
    </>
  );
}

function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const choices: [Mode, string][] = [
    ["compare", "Compare two photos"],
    ["verify", "Check a video"],
  ];
  return (
    <fieldset class="modes">
      <legend class="hidden">What to try</legend>
      {choices.map(([value, label]) => (
        <label>
          <input type="radio" name="mode" value={value} checked={mode === value} onChange={() => onChange(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Busy({ progress, onCancel }: { progress: Progress; onCancel: () => void }) {
  const sending = progress.stage === "sending";
  return (
    <div class="busy">
      <label>
        <span>{sending ? `Sending, ${Math.round(progress.share * 100)} %` : "Looking at the pictures…"}</span>
        {/* Without a value the bar says that it cannot know. */}
        {sending ? <progress max={1} value={progress.share} /> : <progress />}
      </label>
      <button class="quiet" type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

function Failure({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <section class="failure" role="alert">
      <Icon name="warn" />
      <div>
        <h2>No answer</h2>
        <p>{message} What you chose is still here.</p>
        <button type="button" onClick={onRetry}>
          <Icon name="again" /> Send again
        </button>
      </div>
    </section>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M5 11V7a2 2 0 0 1 2-2h4M21 5h4a2 2 0 0 1 2 2v4M27 21v4a2 2 0 0 1-2 2h-4M11 27H7a2 2 0 0 1-2-2v-4" />
      <path class="mark-face" d="M12 13v1.5M20 13v1.5M11.5 19.5c2.6 2.6 6.4 2.6 9 0" />
    </svg>
  );
}

function spoken(phase: Phase): string {
  if (phase.name !== "busy") return "";
  return phase.progress.stage === "sending" ? "Sending." : "Sent. Looking at the pictures.";
}

async function ask(
  mode: Mode,
  media: Partial<Record<SlotId, Media>>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Result> {
  const form = new FormData();
  const { a, b, clip, photo } = media;
  if (mode === "compare" && a && b) {
    form.append("photo_a", a.file, "a");
    form.append("photo_b", b.file, "b");
    const answer = await send<CompareAnswer>("/try/compare", form, onProgress, signal);
    return { mode, answer, a: a.url, b: b.url };
  }
  if (photo) form.append("photo", photo.file, "photo");
  if (clip) form.append("video", clip.file, "video");
  const answer = await send<VerifyAnswer>("/try/verify", form, onProgress, signal);
  return { mode: "verify", answer, photo: photo?.url ?? null, clip: clip?.url ?? "" };
}
