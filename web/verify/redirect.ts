// The way back to the integrator: its address, and a message to the page that frames this one.
import { isFramed } from "./probe";

// An address runs nothing here; the policy of the page refuses these as well.
const RUNNING = /^\s*(javascript|data|vbscript|blob|file|about):/i;

/** Go to the integrator's address, which may be one of its app. */
export function leaveFor(address: string): void {
  if (!RUNNING.test(address)) location.assign(address);
}

/** Tell the framing page how it ended, if it is the integrator's own. */
export function tellFrame(redirect: string, state: string): void {
  if (!isFramed()) return;
  let origin: string;
  try {
    origin = new URL(redirect).origin;
  } catch {
    return;
  }
  if (origin === "null") return; // an app's address has no origin to send to
  window.parent.postMessage({ type: "countenance.finished", state, redirect }, origin);
}
