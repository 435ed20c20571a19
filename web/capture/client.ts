// The capture protocol: one method per request. See docs/reference/capture-protocol.md.
import { persist } from "./patience";
import {
  CaptureError,
  type Code,
  type Kept,
  type Look,
  type Received,
  type View,
  type Words,
} from "./shapes";

export interface ClientOptions {
  /** Where the protocol is served. */
  base?: string;
  /** How long a request is tried again, in ms. */
  lasting?: number;
  /** Ends every request that is under way or waits to be tried again. */
  signal?: AbortSignal;
  /** Told when the connection is lost and when it is back. */
  onOffline?: (offline: boolean) => void;
  /** Where the device's key is kept, so that a page loaded again is still the same device. */
  memory?: Memory;
}

/** What outlives the page; the default is the tab's own storage, or nothing where that is refused. */
export interface Memory {
  get(): string | null;
  set(device: string): void;
}

const ANSWER_MS = 20_000;
const LOOK_MS = 4000;
const CHUNK_MS = 60_000; // a MiB over a slow phone connection
const NONCE = "X-Capture-Nonce";

interface Ask {
  body?: Blob | object;
  headers?: Record<string, string>;
  wait?: number;
  lasting?: number;
  signal?: AbortSignal | undefined;
}

/** One person's verification. Every method rejects with `CaptureError`, or as the signal aborts. */
export class CaptureClient {
  private device: string | null;
  private readonly base: string;
  private readonly memory: Memory;

  constructor(
    private readonly token: string,
    private readonly options: ClientOptions = {},
  ) {
    this.base = options.base ?? "/capture/v1/";
    this.memory = options.memory ?? tabMemory(token);
    this.device = this.memory.get();
  }

  /** Open the link on this device; `takeOver` takes it from another. */
  async begin(client: Words = {}, takeOver = false): Promise<View> {
    const body = { ...(this.device && { device: this.device }), take_over: takeOver, client };
    const view = await this.ask<View>("POST", "begin", { body });
    if (view.device) {
      this.device = view.device;
      this.memory.set(view.device);
    }
    return view;
  }

  /** What the person said to the text of that version, read in that language. */
  consent(version: string, accepted: boolean, locale: string): Promise<View> {
    return this.ask("POST", "consent", { body: { version, accepted, locale } });
  }

  /** What hinders a good recording, from a JPEG of at most 256 KiB; at most 3 a second, never twice. */
  look(picture: Blob): Promise<Look> {
    return this.ask("POST", "look", { body: picture, wait: LOOK_MS, lasting: 0 });
  }

  /** A new challenge, which drops one that is open with what was recorded for it. */
  challenge(): Promise<View> {
    return this.ask("POST", "challenge", { body: {} });
  }

  /** Chunk `n` from 0; one that has arrived before is no error. */
  put(n: number, chunk: Blob, type: string, nonce: string, signal?: AbortSignal): Promise<Received> {
    const headers = { [NONCE]: nonce, "Content-Type": type };
    // As long as the challenge is open: the recording is here and can wait for the connection.
    return this.ask("PUT", `recording/${n}`, {
      body: chunk,
      headers,
      wait: CHUNK_MS,
      lasting: 120_000,
      signal,
    });
  }

  /** What has arrived, after a break. */
  received(): Promise<Received> {
    return this.ask("GET", "recording");
  }

  /** Hand the recording in; `sha256` is over all of it, as hex. */
  complete(chunks: number, sha256: string, nonce: string, client: Words = {}): Promise<View> {
    const body = { chunks, sha256, client };
    return this.ask("POST", "recording/complete", { body, headers: { [NONCE]: nonce } });
  }

  /** The present state; with `wait` (up to 20 s) as soon as it changes. */
  status(wait = 0): Promise<View> {
    return this.ask("GET", `status?wait=${wait}`, { wait: wait * 1000 + ANSWER_MS });
  }

  /** End the verification without a verdict. */
  leave(why: "left" | "timeout" = "left"): Promise<View> {
    return this.ask("POST", "leave", { body: { why } });
  }

  /** What is stored of the person, and until when. */
  kept(): Promise<Kept> {
    return this.ask("GET", "kept");
  }

  /** Erase what is stored of the person; only once the verification has ended. */
  erase(): Promise<{ erased: boolean }> {
    return this.ask("POST", "erase", { body: {} });
  }

  private ask<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
    const { signal, onOffline } = this.options;
    return persist(() => this.once<T>(method, path, ask), {
      lasting: ask.lasting ?? this.options.lasting ?? 20_000,
      signal: ask.signal ?? signal,
      onOffline: ask.lasting === 0 ? undefined : onOffline,
    });
  }

  private async once<T>(method: string, path: string, ask: Ask): Promise<T> {
    const control = new AbortController();
    const stop = (): void => control.abort();
    const timer = setTimeout(stop, ask.wait ?? ANSWER_MS);
    const signals = [this.options.signal, ask.signal];
    for (const signal of signals) {
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop);
    }
    try {
      const answer = await fetch(this.base + path, {
        method,
        headers: { ...this.identity(), ...headersOf(ask) },
        body: bodyOf(ask.body),
        signal: control.signal,
        credentials: "omit",
        cache: "no-store",
      });
      return await read<T>(answer);
    } catch (error) {
      if (error instanceof CaptureError || signals.some((signal) => signal?.aborted)) throw error;
      throw new CaptureError("unreachable", String(error)); // fetch says no more than that it failed
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener("abort", stop);
    }
  }

  private identity(): Record<string, string> {
    const token = { Authorization: `Bearer ${this.token}` };
    return this.device ? { ...token, "X-Capture-Device": this.device } : token;
  }
}

function headersOf({ body, headers = {} }: Ask): Record<string, string> {
  if (body === undefined) return headers;
  const type = body instanceof Blob ? body.type : "application/json";
  return { "Content-Type": type, ...headers };
}

function bodyOf(body: Blob | object | undefined): Blob | string | null {
  if (body === undefined) return null;
  return body instanceof Blob ? body : JSON.stringify(body);
}

async function read<T>(answer: Response): Promise<T> {
  let body: unknown;
  try {
    body = await answer.json();
  } catch {
    body = null; // a proxy's page, or a connection that broke off
  }
  if (answer.ok && body !== null) return body as T;
  const told = (body as { error?: { code?: Code; message?: string; retry_in?: number } } | null)
    ?.error;
  const wait = told?.retry_in ?? (Number(answer.headers.get("Retry-After")) || 0);
  const code = told?.code ?? (answer.ok ? "unreachable" : "unreadable");
  throw new CaptureError(code, told?.message ?? `status ${answer.status}`, answer.status, wait);
}

function tabMemory(token: string): Memory {
  const name = `countenance.device.${token}`;
  return {
    get: () => quietly(() => sessionStorage.getItem(name)),
    set: (device) => void quietly(() => sessionStorage.setItem(name, device)),
  };
}

/** Storage is refused by some private windows and frames: then a page loaded again is a new device. */
function quietly<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
