// The camera: opening it with explained failures, one still, or one short clip.
import { toJpeg } from "./photo";

/** Why there is no camera picture; `message` says what the person can do. */
export class CameraError extends Error {
  constructor(
    readonly kind: "insecure" | "unsupported" | "denied" | "none" | "busy" | "interrupted",
    message: string,
  ) {
    super(message);
  }
}

const WANTED: MediaTrackConstraints = {
  facingMode: "user",
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

// H.264 first: every decoder on the server's side reads it, and it is all that Safari records.
const CLIP_TYPES = [
  "video/mp4;codecs=avc1.42E01E,opus",
  "video/mp4",
  "video/webm;codecs=vp9",
  "video/webm;codecs=vp8",
];

/** Ask for the camera, without sound: no check here listens. Rejects with `CameraError`. */
export async function openCamera(): Promise<MediaStream> {
  if (!window.isSecureContext) {
    throw new CameraError(
      "insecure",
      "Browsers give the camera only to secure pages. Open this page under localhost, or choose a file.",
    );
  }
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new CameraError("unsupported", "This browser offers no camera. Choose a file instead.");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
  } catch (error) {
    throw explained(error);
  }
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Whether the preview should be mirrored, as people expect of a camera that faces them. */
export function facesPerson(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
}

export function takePhoto(video: HTMLVideoElement): Promise<Blob> {
  return toJpeg(video, video.videoWidth, video.videoHeight);
}

export function canRecord(): boolean {
  return clipType() !== undefined;
}

/** Record `ms` of the stream as one clip; `CameraError` when the page or the camera goes away. */
export function recordClip(stream: MediaStream, ms: number, signal: AbortSignal): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const type = clipType();
    if (!type) {
      reject(
        new CameraError("unsupported", "This browser cannot record. Choose a video file instead."),
      );
      return;
    }
    const recorder = new MediaRecorder(stream, {
      mimeType: type,
      videoBitsPerSecond: 2_500_000,
    });
    const pieces: Blob[] = [];
    let interrupted = false;
    const interrupt = (): void => {
      interrupted = true;
      if (recorder.state !== "inactive") recorder.stop();
    };
    // A paused page records a hole, and a clip with a hole is not evidence: start again instead.
    const hidden = (): void => {
      if (document.hidden) interrupt();
    };
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onerror = interrupt;
    recorder.onstop = () => {
      document.removeEventListener("visibilitychange", hidden);
      clearTimeout(timer);
      if (interrupted) {
        reject(new CameraError("interrupted", "The recording was interrupted. Record again."));
      } else {
        resolve(new Blob(pieces, { type: recorder.mimeType.split(";")[0] || "video/mp4" }));
      }
    };
    document.addEventListener("visibilitychange", hidden);
    signal.addEventListener("abort", interrupt, { once: true });
    recorder.start();
    const timer = window.setTimeout(() => recorder.stop(), ms);
  });
}

function clipType(): string | undefined {
  if (typeof MediaRecorder === "undefined") return undefined;
  return CLIP_TYPES.find((type) => MediaRecorder.isTypeSupported(type));
}

function explained(error: unknown): CameraError {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return new CameraError(
      "denied",
      "The browser was not allowed to use the camera. Allow it at the address bar and try again, or choose a file.",
    );
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") {
    return new CameraError("none", "No camera was found. Connect one, or choose a file.");
  }
  return new CameraError(
    "busy",
    "The camera did not start. Another program may be using it: close that and try again, or choose a file.",
  );
}
