// Sending a form with progress, patience that follows the connection, and failures in plain words.

export type Progress = { stage: "sending"; share: number } | { stage: "waiting" };

/** Why nothing came back; `message` is for the person. */
export class SendError extends Error {
  constructor(
    readonly kind: "network" | "stalled" | "refused" | "fault" | "cancelled",
    message: string,
  ) {
    super(message);
  }
}

const STALL_MS = 20_000; // without a byte moving
const ANSWER_MS = 60_000; // from the last byte sent to the answer

/** POST `form` and decode the JSON answer; rejects with `SendError`. */
export function send<T>(
  address: string,
  form: FormData,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // Not fetch(): it cannot report how much of a body has been sent.
    const request = new XMLHttpRequest();
    let timer = 0;
    const wait = (ms: number): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => fail("stalled", stalled()), ms);
    };
    const fail = (kind: SendError["kind"], message: string): void => {
      clearTimeout(timer);
      reject(new SendError(kind, message));
      request.abort();
    };
    request.open("POST", address);
    request.upload.onprogress = (event) => {
      wait(STALL_MS);
      onProgress({ stage: "sending", share: event.total ? event.loaded / event.total : 0 });
    };
    request.upload.onload = () => {
      wait(ANSWER_MS);
      onProgress({ stage: "waiting" });
    };
    request.onerror = () => fail("network", unreachable());
    request.onload = () => {
      clearTimeout(timer);
      settle(request, resolve, reject);
    };
    signal.addEventListener("abort", () => fail("cancelled", "Cancelled."), { once: true });
    wait(STALL_MS);
    request.send(form);
  });
}

function settle<T>(
  request: XMLHttpRequest,
  resolve: (answer: T) => void,
  reject: (reason: SendError) => void,
): void {
  let body: unknown = null;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    // Not our server's JSON: the status alone has to do.
  }
  if (request.status === 200 && body !== null) {
    resolve(body as T);
    return;
  }
  const stated = (body as { error?: { message?: string } } | null)?.error?.message;
  const kind = request.status >= 400 && request.status < 500 ? "refused" : "fault";
  reject(new SendError(kind, stated ?? `The server answered with status ${request.status}.`));
}

function unreachable(): string {
  return navigator.onLine
    ? "The server did not answer. Check that it is still running."
    : "The server did not answer, and this device is offline. Check the connection.";
}

function stalled(): string {
  return navigator.onLine
    ? "The connection is too slow, or the server is busy: nothing moved for a while."
    : "This device is offline. Check the connection.";
}
