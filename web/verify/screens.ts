// What the page can show. One of these at a time; `data-screen` on the main element names it.
import type { Told } from "../capture";
import type { Lack } from "./probe";

export type CameraFault = "denied" | "none" | "busy" | "small";

export type Screen =
  | { name: "loading"; slow: boolean }
  | { name: "unsupported"; why: Lack }
  | { name: "unavailable" | "in_use" | "taken_over" }
  | { name: "unreachable" | "broken"; again: () => void }
  | { name: "start" | "consent" | "primer" | "asking" }
  | { name: "no_camera"; why: CameraFault }
  | { name: "framing"; hint: Hint; interrupted: boolean; timeLeft: number | null }
  | { name: "recording"; share: number; secondsLeft: number }
  | { name: "upload"; sent: number; total: number }
  | { name: "verifying"; slow: boolean }
  | { name: "retry" }
  | { name: "leaving"; back: Screen }
  | { name: "passed" | "failed" | "left" | "declined" | "timed_out" };

export type ScreenName = Screen["name"];

/** What the person can do next about the picture: a reason of the server, or one of the page's. */
export interface Hint {
  key: string;
  told?: Told;
  good: boolean;
}

/** Screens that lie over the camera's picture. */
export const LIVE: readonly ScreenName[] = ["framing", "recording"];
/** Screens that a person can leave for good. */
export const LEAVABLE: readonly ScreenName[] = ["start", "primer", "no_camera", "framing", "retry"];
export const ENDS: readonly ScreenName[] = ["passed", "failed", "left", "declined", "timed_out"];
