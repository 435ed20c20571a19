// Asking again: growing gaps, the server's own wait where it names one, and none while offline.
import { CaptureError } from "./shapes";

export interface Patience {
  /** How long to ask again after the first failure, in ms; waiting while offline does not count. */
  lasting: number;
  signal?: AbortSignal | undefined;
  /** Told when the connection is lost and when it is back. */
  onOffline?: ((offline: boolean) => void) | undefined;
}

const FIRST_GAP = 500;
const LONGEST_GAP = 8000;
const OFFLINE_LOOK = 5000; // some browsers tell nobody that they are online again

/** The first success of `ask`; rethrows what asking again cannot help, and the last error. */
export async function persist<T>(ask: () => Promise<T>, patience: Patience): Promise<T> {
  let gap = FIRST_GAP;
  let spent = 0;
  let offline = false;
  const tell = (now: boolean): void => {
    if (now !== offline) patience.onOffline?.(now);
    offline = now;
  };
  for (;;) {
    try {
      const answer = await ask();
      tell(false);
      return answer;
    } catch (error) {
      if (patience.signal?.aborted || !(error instanceof CaptureError) || !passing(error)) {
        tell(false);
        throw error;
      }
      if (error.code === "unreachable" && navigator.onLine === false) {
        tell(true);
        await online(patience.signal);
        continue;
      }
      const wait = Math.max(error.retryIn * 1000, gap * (0.75 + Math.random() / 2));
      if (spent + wait > patience.lasting) {
        tell(false);
        throw error;
      }
      if (error.code === "unreachable") tell(true);
      await pause(wait, patience.signal);
      spent += wait;
      gap = Math.min(gap * 2, LONGEST_GAP);
    }
  }
}

/** Whether the same request may succeed a moment later. */
function passing(error: CaptureError): boolean {
  const { code, status } = error;
  return code === "unreachable" || code === "busy" || code === "too_many" || status >= 500;
}

/** Resolves after `ms`; rejects when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException("aborted", "AbortError"));
    };
    if (signal?.aborted) return reject(new DOMException("aborted", "AbortError"));
    signal?.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
  });
}

async function online(signal?: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  addEventListener("online", stop, { once: true });
  signal?.addEventListener("abort", stop, { once: true });
  await pause(OFFLINE_LOOK, waiting.signal).catch(() => undefined);
  removeEventListener("online", stop);
  signal?.removeEventListener("abort", stop);
}
