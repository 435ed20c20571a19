// The JSON of src/countenance/capture/shapes.py. Times are seconds from now, sizes are bytes.

export type State =
  | "issued"
  | "begun"
  | "recording"
  | "judging"
  | "passed"
  | "failed"
  | "left"
  | "timed_out"
  | "expired";

/** What the integrator asked for; `seconds` is the time for one recording, 0 for no limit. */
export interface Settings {
  family: string;
  mode: "liveness" | "compare";
  level: number;
  language: string;
  theme: string;
  skip_start: boolean;
  skip_consent: boolean;
  skip_result: boolean;
  seconds: number;
}

/** `nonce` is told once, in the answer to `challenge`. */
export interface Challenge {
  id: string;
  kind: string;
  nonce?: string;
  record_seconds: number;
  min_seconds: number;
  chunk_bytes: number;
  total_bytes: number;
  types: string[];
  expires_in: number;
}

export interface Told {
  key: string;
  text: string;
  hint: string;
}

export interface Verdict {
  passed: boolean;
  final: boolean;
  code: number;
  reasons: Told[];
  redirect: string | null;
}

export interface Received {
  chunks: number;
  bytes: number;
}

/** A verification as its device sees it. */
export interface View {
  state: State;
  flow: Settings;
  consent: { version: string; given: boolean };
  attempts: { made: number; left: number };
  challenge: Challenge | null;
  recording: Received | null;
  verdict: Verdict | null;
  expires_in: number;
  retry_in: number;
  device?: string;
}

/** What hinders a good recording; `box` is left, top, width, height as shares of the picture. */
export interface Look {
  hints: Told[];
  box: [number, number, number, number] | null;
}

/** `until` and `records_until` are UNIX seconds. */
export interface Kept {
  items: { kind: string; bytes: number; until: number }[];
  records_until: number;
  erased: boolean;
}

/** Short facts of the device and the recording, such as `{ width: 640 }`; at most 32. */
export type Words = Record<string, string | number | boolean | null>;

export type Code =
  | "not_available"
  | "in_use"
  | "taken_over"
  | "wrong_state"
  | "bad_nonce"
  | "bad_origin"
  | "bad_request"
  | "too_large"
  | "bad_type"
  | "damaged"
  | "too_many"
  | "busy"
  | "not_found"
  | "bad_method"
  | "internal"
  // Of this side: the server could not be reached, or answered what no server of ours does.
  | "unreachable"
  | "unreadable";

/** A refusal, or no answer; `message` is for logs, `code` for decisions. */
export class CaptureError extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly status = 0,
    readonly retryIn = 0,
  ) {
    super(message);
    this.name = "CaptureError";
  }
}
