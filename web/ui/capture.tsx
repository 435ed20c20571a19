// The camera dialog: look, take a photo or three seconds of video, check it, use it.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  CameraError,
  canRecord,
  closeCamera,
  facesPerson,
  openCamera,
  recordClip,
  takePhoto,
} from "./camera";
import { Icon } from "./icons";

const CLIP_SECONDS = 3;

type Stage =
  | { name: "asking" }
  | { name: "ready" }
  | { name: "recording" }
  | { name: "review"; blob: Blob; url: string }
  | { name: "failed"; message: string };

interface Props {
  kind: "photo" | "clip";
  onTaken: (blob: Blob) => void;
  onClose: () => void;
  onFile: () => void;
}

/** Modal while mounted; `onFile` is the way out for a person without a working camera. */
export function Capture({ kind, onTaken, onClose, onFile }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream | null>(null);
  const gone = useRef(new AbortController());
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const [mirrored, setMirrored] = useState(true);
  const photo = kind === "photo";

  const open = async (): Promise<void> => {
    setStage({ name: "asking" });
    try {
      if (!photo && !canRecord()) {
        throw new CameraError(
          "unsupported",
          "This browser cannot record. Choose a video file instead.",
        );
      }
      closeCamera(stream.current);
      stream.current = await openCamera();
      if (gone.current.signal.aborted) {
        closeCamera(stream.current); // the dialog was closed while the browser asked
        return;
      }
      setMirrored(facesPerson(stream.current));
      if (video.current) {
        video.current.srcObject = stream.current;
        await video.current.play();
      }
      setStage({ name: "ready" });
    } catch (error) {
      if (!gone.current.signal.aborted) setStage({ name: "failed", message: told(error) });
    }
  };

  const take = async (): Promise<void> => {
    if (!video.current || !stream.current) return;
    if (!stream.current.active) return open(); // unplugged, or taken back by the browser
    try {
      if (!photo) setStage({ name: "recording" });
      const blob = photo
        ? await takePhoto(video.current)
        : await recordClip(stream.current, CLIP_SECONDS * 1000, gone.current.signal);
      setStage({ name: "review", blob, url: URL.createObjectURL(blob) });
    } catch (error) {
      if (!gone.current.signal.aborted) setStage({ name: "failed", message: told(error) });
    }
  };

  const again = (): void => {
    if (stage.name === "review") URL.revokeObjectURL(stage.url);
    if (stream.current?.active) setStage({ name: "ready" });
    else void open();
  };

  // Closed first, while it is still on the page: only then does the focus return to its opener.
  const leave = (then: () => void): void => {
    dialog.current?.close();
    then();
  };

  useEffect(() => {
    dialog.current?.showModal();
    void open();
    return () => {
      gone.current.abort();
      closeCamera(stream.current);
    };
  }, []);

  // The button that was pressed is gone by then.
  const settled = stage.name === "review" || stage.name === "failed";
  useEffect(() => {
    if (settled) dialog.current?.querySelector<HTMLElement>("button.primary")?.focus();
  }, [settled]);

  const live = stage.name === "ready" || stage.name === "recording";
  return (
    <dialog ref={dialog} class="capture" aria-labelledby="capture-title" onClose={onClose}>
      <h2 id="capture-title">{photo ? "Take a photo" : "Record a short video"}</h2>
      <p role="status" class="capture-say">
        {say(stage, photo)}
      </p>
      <div class="viewfinder" hidden={stage.name === "failed"}>
        {/* The preview stays mounted: a stream attached late shows black on some phones. */}
        <video
          ref={video}
          class={mirrored ? "preview mirrored" : "preview"}
          hidden={stage.name === "review"}
          aria-label="What the camera sees"
          autoplay
          muted
          playsInline
        />
        {live && <Oval recording={stage.name === "recording"} />}
        {stage.name === "review" && photo && <img src={stage.url} alt="The photo you took" />}
        {stage.name === "review" && !photo && (
          <video src={stage.url} aria-label="The video you recorded" controls muted playsInline />
        )}
      </div>
      <div class="row">
        {(stage.name === "asking" || live) && (
          <button
            class="primary"
            type="button"
            aria-disabled={stage.name !== "ready"}
            onClick={() => void (stage.name === "ready" && take())}
          >
            <Icon name={photo ? "camera" : "play"} />
            {photo ? "Take the photo" : `Record ${CLIP_SECONDS} seconds`}
          </button>
        )}
        {stage.name === "review" && (
          <>
            <button class="primary" type="button" onClick={() => leave(() => onTaken(stage.blob))}>
              <Icon name="tick" /> Use this {photo ? "photo" : "video"}
            </button>
            <button type="button" onClick={again}>
              <Icon name="again" /> {photo ? "Take again" : "Record again"}
            </button>
          </>
        )}
        {stage.name === "failed" && (
          <>
            <button class="primary" type="button" onClick={() => void open()}>
              <Icon name="again" /> Try the camera again
            </button>
            <button type="button" onClick={() => leave(onFile)}>
              <Icon name="file" /> Choose a file
            </button>
          </>
        )}
        <button class="quiet" type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}

function Oval({ recording }: { recording: boolean }) {
  return (
    <svg class="oval" viewBox="0 0 160 120" aria-hidden="true" focusable="false">
      <ellipse class="under" cx="80" cy="60" rx="30" ry="48.5" />
      <ellipse cx="80" cy="60" rx="30" ry="48.5" />
      {recording && <ellipse class="ring" cx="80" cy="60" rx="30" ry="48.5" pathLength="100" />}
    </svg>
  );
}

function say(stage: Stage, photo: boolean): string {
  switch (stage.name) {
    case "asking":
      return "Waiting for the camera. If the browser asks, allow it. The picture goes only to the server on this computer.";
    case "ready":
      return "Look straight at the camera, with light on your face.";
    case "recording":
      return `Recording ${CLIP_SECONDS} seconds. Keep still.`;
    case "review":
      return photo ? "Is your whole face in the photo, and sharp?" : "Recorded. Is your face in view throughout?";
    case "failed":
      return stage.message;
  }
}

function told(error: unknown): string {
  if (error instanceof CameraError) return error.message;
  return "The camera stopped. Try again, or choose a file.";
}
