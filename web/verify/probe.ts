// What this browser can do, before the link is opened: an attempt is not spent to find that out.
import { recordingType, type Words } from "../capture";

export type Lack = "insecure" | "camera" | "recorder";

/** What is missing for the check; null when nothing is. Asks nothing of the person. */
export function probe(): Lack | null {
  if (!window.isSecureContext || !window.crypto?.subtle) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia) return "camera";
  if (!recordingType()) return "recorder";
  return null;
}

/** Facts of the device that help to understand a failure; nothing that names it. */
export function describeDevice(): Words {
  return {
    recorder: recordingType() ?? null,
    touch: navigator.maxTouchPoints > 0,
    framed: isFramed(),
    window_width: innerWidth,
    window_height: innerHeight,
  };
}

export function isFramed(): boolean {
  return window.parent !== window;
}
