// Recording a challenge, and sending it chunk by chunk while it is recorded.
import type { CaptureClient } from "./client";
import { type Challenge, CaptureError, type View, type Words } from "./shapes";

/** Why a recording ended without being handed in: nothing was spent, ask for a new challenge. */
export class Interrupted extends Error {
  constructor(readonly why: "hidden" | "camera" | "empty" | "recorder" | "stale") {
    super(`the recording was interrupted: ${why}`);
    this.name = "Interrupted";
  }
}

export interface RecordOptions {
  /** Ends the recording or the sending; the promise rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** Once the recording itself has ended and only the sending goes on. */
  onRecorded?: (client: Words) => void;
  /** Bytes that the server has acknowledged; `total` grows until the recording has ended. */
  onProgress?: (sent: number, total: number) => void;
  /** Facts to hand in with the recording; asked once it has ended. */
  describe?: () => Words;
}

const SLICE_MS = 500;
const STALE = ["bad_nonce", "wrong_state", "damaged"];
const KEY_FRAME_MS = 1000;
const BITS_PER_SECOND = 2_500_000;
// WebM first: it comes piece by piece while it is recorded, where Chromium keeps an MP4 until its
// next key frame. H.264 before the others, as most devices have a circuit for it; VP8 last, which on
// two busy cores kept 7 pictures a second of 30, where H.264 kept 28 and VP9 26. Safari: MP4 alone.
const TYPES = [
  "video/webm;codecs=h264",
  "video/webm;codecs=vp9",
  "video/mp4;codecs=avc1.42E01E",
  "video/mp4",
  "video/webm;codecs=vp8",
  "video/webm",
];

/** What this browser can record of the types that the server takes; undefined when nothing. */
export function recordingType(taken = ["video/mp4", "video/webm"]): string | undefined {
  if (typeof MediaRecorder === "undefined") return undefined;
  return TYPES.filter((type) => taken.includes(bare(type))).find((type) =>
    MediaRecorder.isTypeSupported(type),
  );
}

/**
 * Answer `challenge` (fresh, with its nonce) from `stream`: record, send, hand in.
 *
 * A page that is hidden records a hole, and a clip with a hole is no evidence: that, and a camera
 * that goes away, rejects with `Interrupted`. Nothing is ever stitched together.
 */
export async function record(
  client: CaptureClient,
  challenge: Challenge,
  stream: MediaStream,
  options: RecordOptions = {},
): Promise<View> {
  const { nonce } = challenge;
  const type = recordingType(challenge.types);
  if (!nonce || !type) throw new Interrupted(nonce ? "recorder" : "stale");
  const sending = new Sending(client, nonce, bare(type), challenge.chunk_bytes, options);
  try {
    await film(stream, type, challenge.record_seconds, (piece) => sending.add(piece), options.signal);
    if (sending.total === 0) throw new Interrupted("empty");
    const words = { ...options.describe?.(), type };
    options.onRecorded?.(words);
    await sending.done();
    return await client.complete(sending.count, await sending.digest(), nonce, words);
  } catch (error) {
    sending.stop();
    // Another challenge has taken this one's place, its time ran out, or a piece was lost.
    const stale = error instanceof CaptureError && STALE.includes(error.code);
    throw stale ? new Interrupted("stale") : error;
  }
}

/** Chunks in the order they were recorded, one on its way at a time. */
class Sending {
  total = 0;
  private sent = 0;
  private pieces: Blob[] = [];
  private tail: Promise<void> = Promise.resolve();
  private readonly gone = new AbortController();

  constructor(
    private readonly client: CaptureClient,
    private readonly nonce: string,
    private readonly type: string,
    private readonly most: number,
    private readonly options: RecordOptions,
  ) {
    options.signal?.addEventListener("abort", () => this.stop(), { once: true });
    this.tail.catch(() => undefined);
  }

  get count(): number {
    return this.pieces.length;
  }

  add(piece: Blob): void {
    for (let from = 0; from < piece.size; from += this.most) {
      this.push(piece.slice(from, from + this.most, this.type));
    }
  }

  private push(chunk: Blob): void {
    const n = this.pieces.push(chunk) - 1;
    this.total += chunk.size;
    this.tail = this.tail.then(async () => {
      await this.client.put(n, chunk, this.type, this.nonce, this.gone.signal);
      this.sent += chunk.size;
      this.options.onProgress?.(this.sent, this.total);
    });
    this.tail.catch(() => undefined); // told by done()
  }

  done(): Promise<void> {
    this.options.onProgress?.(this.sent, this.total);
    return this.tail;
  }

  stop(): void {
    this.gone.abort();
  }

  /** SHA-256 of the whole recording, as hex. */
  async digest(): Promise<string> {
    const whole = await new Blob(this.pieces).arrayBuffer();
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
    return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** Record `seconds` of the stream; pieces come as they are recorded. */
function film(
  stream: MediaStream,
  type: string,
  seconds: number,
  onPiece: (piece: Blob) => void,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const track = stream.getVideoTracks()[0];
    if (!track || track.readyState !== "live") return reject(new Interrupted("camera"));
    const recorder = new MediaRecorder(stream, {
      mimeType: type,
      videoBitsPerSecond: BITS_PER_SECOND,
      ...{ videoKeyFrameIntervalDuration: KEY_FRAME_MS }, // newer than the type's declaration
    });
    let fault: Error | null = null;
    const end = (error: Error | null): void => {
      fault ??= error;
      if (recorder.state !== "inactive") recorder.stop();
    };
    const hide = (): void => {
      if (document.hidden) end(new Interrupted("hidden"));
    };
    const lose = (): void => end(new Interrupted("camera"));
    const abort = (): void => end(new DOMException("aborted", "AbortError"));
    recorder.ondataavailable = (event) => {
      if (!fault) onPiece(event.data);
    };
    recorder.onerror = () => end(new Interrupted("recorder"));
    recorder.onstop = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hide);
      track.removeEventListener("ended", lose);
      signal?.removeEventListener("abort", abort);
      if (fault) reject(fault);
      else resolve();
    };
    document.addEventListener("visibilitychange", hide);
    track.addEventListener("ended", lose);
    signal?.addEventListener("abort", abort);
    let timer = 0;
    try {
      recorder.start(SLICE_MS);
    } catch {
      return reject(new Interrupted("recorder"));
    }
    timer = window.setTimeout(() => recorder.stop(), seconds * 1000);
    if (signal?.aborted) abort();
    hide();
  });
}

function bare(type: string): string {
  return type.split(";")[0] ?? type;
}
