// Guidance before the recording: small pictures to the server, one calm hint at a time back.
import { type CaptureClient, CaptureError, type Look, pause } from "../capture";
import type { Hint } from "./screens";

const EVERY_MS = 500; // two looks a second; the server takes three
const DWELL_MS = 600; // a hint stays at least so long
const GOOD_MS = 1000; // the picture has to be good for so long before the recording starts itself
const SETTLE_MS = 1500; // and the person has had so long to see the page
const LONG_SIDE = 640;
const OFF_CENTRE = 0.16; // of the picture's width and height

interface Watching {
  video: HTMLVideoElement;
  client: CaptureClient;
  signal: AbortSignal;
  onHint: (hint: Hint) => void;
}

/** Resolves when the picture was good for a second; rejects with a refusal that ends the session. */
export async function watch({ video, client, signal, onHint }: Watching): Promise<void> {
  const begun = performance.now();
  let shown: Hint = { key: "looking", good: false };
  let since = begun;
  let good: number | null = null;
  while (!signal.aborted) {
    const round = performance.now();
    const look = document.hidden ? null : await see(video, client);
    if (signal.aborted) return;
    const now = performance.now();
    if (look) {
      const hint = hintOf(look);
      good = hint.good ? (good ?? now) : null;
      if (hint.key !== shown.key && now - since >= DWELL_MS) {
        shown = hint;
        since = now;
        onHint(hint);
      }
      if (good !== null && now - good >= GOOD_MS && now - begun >= SETTLE_MS && shown.good) return;
    } else {
      good = null; // what was not seen is not known to be good
    }
    await pause(Math.max(50, EVERY_MS - (performance.now() - round)), signal);
  }
}

/** The server's look at the present picture; null where none came, which is not worth a word. */
async function see(video: HTMLVideoElement, client: CaptureClient): Promise<Look | null> {
  const picture = await small(video);
  if (!picture) return null;
  try {
    return await client.look(picture);
  } catch (error) {
    const ends = ["wrong_state", "taken_over", "not_available"];
    if (error instanceof CaptureError && ends.includes(error.code)) throw error;
    return null;
  }
}

function hintOf({ hints, box }: Look): Hint {
  const first = hints[0];
  if (first) return { key: first.key, told: first, good: false };
  if (box) {
    const across = box[0] + box[2] / 2 - 0.5;
    const down = box[1] + box[3] / 2 - 0.5;
    if (Math.abs(across) > OFF_CENTRE || Math.abs(down) > OFF_CENTRE) {
      return { key: "centre", good: false };
    }
  }
  return { key: "good", good: true };
}

const canvas = document.createElement("canvas");

function small(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth: width, videoHeight: height } = video;
  const pen = canvas.getContext("2d");
  if (!width || !height || !pen) return Promise.resolve(null);
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
}
