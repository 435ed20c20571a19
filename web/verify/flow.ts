// The walk through the check: which screen comes after which, and what is asked of the server.
import {
  CaptureClient,
  CaptureError,
  Interrupted,
  type Kept,
  pause,
  record,
  type View,
} from "../capture";
import { Camera, FrameCount } from "./camera";
import { watch } from "./guide";
import { describeDevice, probe } from "./probe";
import { leaveFor, tellFrame } from "./redirect";
import { ENDS, type Hint, LIVE, type Screen } from "./screens";

const SLOW_MS = 10_000;
const LONG_CHECK_MS = 3000;
const WARN_SECONDS = 15; // before the time for a recording runs out
const POLL_SECONDS = 20;
const LOOKING: Hint = { key: "looking", good: false };

/** Draws nothing: `changed` is told to look at the fields again. */
export class Flow {
  screen: Screen = { name: "loading", slow: false };
  view: View | null = null;
  offline = false;
  kept: Kept | null = null;
  /** Pictures a second of the last recording, where the browser tells. */
  fps: number | null = null;
  /** When the next attempt may begin, as `performance.now()` counts. */
  retryAt = 0;
  readonly camera = new Camera();
  private video: HTMLVideoElement | null = null;
  private live = new AbortController();
  private readonly client: CaptureClient;

  constructor(
    private readonly token: string,
    private readonly changed: () => void,
  ) {
    this.client = new CaptureClient(token, {
      onOffline: (offline) => {
        this.offline = offline;
        this.changed();
      },
    });
  }

  /** Look at the browser, then open the link; `takeOver` takes it from another device. */
  async open(takeOver = false): Promise<void> {
    const lack = probe();
    if (lack) return this.show({ name: "unsupported", why: lack });
    if (!this.token) return this.show({ name: "unavailable" });
    this.show({ name: "loading", slow: false });
    const slow = setTimeout(() => {
      if (this.screen.name === "loading") this.show({ name: "loading", slow: true });
    }, SLOW_MS);
    await this.try(
      async () => this.follow(await this.client.begin(describeDevice(), takeOver)),
      () => void this.open(takeOver),
    );
    clearTimeout(slow);
  }

  /** From the start page to the consent, or past it. */
  start(): void {
    const { flow, consent } = this.view!;
    this.show({ name: flow.skip_consent || consent.given ? "primer" : "consent" });
  }

  consent(accepted: boolean, locale: string): Promise<void> {
    const { version } = this.view!.consent;
    return this.try(async () => {
      const view = await this.client.consent(version, accepted, locale);
      if (accepted) {
        this.view = view;
        this.show({ name: "primer" });
      } else {
        this.follow(view, true);
      }
    });
  }

  /** Turn the camera on and frame the face; the browser asks the person if it must. */
  async film(): Promise<void> {
    if (!this.camera.live) this.show({ name: "asking" });
    const fault = await this.camera.open();
    if (fault) return this.show({ name: "no_camera", why: fault });
    this.frame(false);
  }

  /** The preview that is on the page; called with null when it goes. */
  attach(video: HTMLVideoElement | null): void {
    this.video = video;
    if (video && this.screen.name === "framing") void this.guide(video);
  }

  /** Record now, whatever the guidance says. */
  record(): void {
    if (this.screen.name === "framing" && this.video) void this.capture(this.video);
  }

  ask(): void {
    const back = this.screen;
    this.stopLooking();
    this.show({ name: "leaving", back });
  }

  stay(): void {
    if (this.screen.name !== "leaving") return;
    const { back } = this.screen;
    if (back.name === "framing") this.frame(false);
    else this.show(back);
  }

  leave(why: "left" | "timeout" = "left"): Promise<void> {
    this.stopLooking();
    return this.try(async () => this.follow(await this.client.leave(why)));
  }

  async erase(): Promise<boolean> {
    try {
      await this.client.erase();
      this.kept = await this.client.kept();
      return true;
    } catch {
      return false;
    } finally {
      this.changed();
    }
  }

  /** To where the integrator wants the person. */
  goOn(): void {
    const to = this.view?.verdict?.redirect;
    if (to) leaveFor(to);
  }

  private frame(interrupted: boolean): void {
    this.stopLooking();
    this.live = new AbortController();
    this.show({ name: "framing", hint: LOOKING, interrupted, timeLeft: null });
    this.limit(this.live.signal);
    if (this.video) void this.guide(this.video);
  }

  private async guide(video: HTMLVideoElement): Promise<void> {
    const { signal } = this.live;
    const fault = await this.camera.show(video);
    if (signal.aborted) return;
    if (fault) {
      this.camera.close();
      return this.show({ name: "no_camera", why: fault });
    }
    await this.try(async () => {
      const onHint = (hint: Hint): void => this.amend("framing", { hint });
      await watch({ video, client: this.client, signal, onHint });
      if (!signal.aborted && this.screen.name === "framing") void this.capture(video);
    });
  }

  private async capture(video: HTMLVideoElement): Promise<void> {
    this.stopLooking();
    this.live = new AbortController();
    const { signal } = this.live;
    this.show({ name: "recording", share: 0, secondsLeft: 0 });
    let clock = 0;
    const again = (): void => this.frame(false);
    await this.try(async () => {
      const view = await this.client.challenge();
      const { challenge } = view;
      if (!challenge || !this.camera.stream) return this.follow(view);
      const count = new FrameCount(video);
      const begun = performance.now();
      const tick = (): void => {
        const passed = (performance.now() - begun) / 1000;
        const left = Math.max(0, challenge.record_seconds - passed);
        const share = Math.min(1, passed / challenge.record_seconds);
        this.amend("recording", { share, secondsLeft: Math.ceil(left) });
      };
      clock = window.setInterval(tick, 100);
      tick();
      this.follow(
        await record(this.client, challenge, this.camera.stream, {
          signal,
          describe: () => {
            const words = count.stop();
            this.fps = typeof words.fps === "number" ? words.fps : null;
            return words;
          },
          onRecorded: () => {
            clearInterval(clock);
            this.show({ name: "upload", sent: 0, total: 0 });
          },
          onProgress: (sent, total) => this.amend("upload", { sent, total }),
        }),
      );
    }, again);
    clearInterval(clock);
  }

  private async verify(): Promise<void> {
    this.show({ name: "verifying", slow: false });
    const slow = setTimeout(() => this.amend("verifying", { slow: true }), LONG_CHECK_MS);
    await this.try(
      async () => {
        let view = this.view!;
        while (view.state === "judging") view = await this.client.status(POLL_SECONDS);
        this.follow(view);
      },
      () => void this.verify(),
    );
    clearTimeout(slow);
  }

  /** Show what the server's view of the session calls for. */
  private follow(view: View, declined = false): void {
    this.view = view;
    switch (view.state) {
      case "judging":
        return void this.verify();
      case "passed":
      case "failed":
      case "timed_out":
        return this.end(view.state);
      case "left":
        return this.end(declined ? "declined" : "left");
      case "expired":
        return this.show({ name: "unavailable" });
      default:
        return this.proceed(view);
    }
  }

  private proceed(view: View): void {
    if (view.verdict) {
      this.retryAt = performance.now() + view.retry_in * 1000;
      this.show({ name: "retry" });
    } else if (this.camera.live) {
      this.frame(false);
    } else if (view.consent.given || view.flow.skip_start) {
      this.start();
    } else {
      this.show({ name: "start" });
    }
  }

  private end(name: "passed" | "failed" | "left" | "declined" | "timed_out"): void {
    this.stopLooking();
    this.camera.close();
    this.show({ name });
    const redirect = this.view?.verdict?.redirect;
    if (redirect) tellFrame(redirect, this.view!.state);
    if (redirect && this.view!.flow.skip_result && name === "passed") return leaveFor(redirect);
    void this.client.kept().then(
      (kept) => {
        this.kept = kept;
        this.changed();
      },
      () => undefined, // the page is complete without it
    );
  }

  /** Do it, and turn whatever is in the way into the screen that says what to do. */
  private async try(act: () => Promise<void>, again?: () => void): Promise<void> {
    try {
      await act();
    } catch (error) {
      await this.explain(error, again ?? (() => void this.refresh()));
    }
  }

  private async explain(error: unknown, again: () => void): Promise<void> {
    if (error instanceof Interrupted) return this.resume(error);
    if (!(error instanceof CaptureError)) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      return this.show({ name: "broken", again });
    }
    this.stopLooking();
    switch (error.code) {
      case "not_available":
        return this.show({ name: "unavailable" });
      case "in_use":
      case "taken_over":
        return this.show({ name: error.code });
      case "wrong_state":
        return this.refresh();
      case "too_many":
        return this.wait(error.retryIn, again);
      case "unreachable":
        return this.show({ name: "unreachable", again });
      default:
        return this.show({ name: "broken", again });
    }
  }

  /** A recording that was cut off, or lost its challenge, costs no attempt: begin it anew. */
  private async resume(cut: Interrupted): Promise<void> {
    if (cut.why === "stale") {
      return this.try(async () => {
        const view = await this.client.status();
        if (view.state !== "begun" && view.state !== "recording") return this.follow(view);
        this.view = view;
        this.frame(true);
      });
    }
    if (cut.why === "camera" || cut.why === "recorder") {
      this.camera.close();
      return this.show({ name: "no_camera", why: "busy" });
    }
    this.frame(true);
  }

  private async wait(seconds: number, again: () => void): Promise<void> {
    this.retryAt = performance.now() + seconds * 1000;
    if (this.view?.verdict) return this.show({ name: "retry" });
    await pause(Math.max(1, seconds) * 1000);
    again();
  }

  private refresh(): Promise<void> {
    return this.try(
      async () => this.follow(await this.client.status()),
      () => void this.refresh(),
    );
  }

  /** Leave when the integrator's time for one recording is up; the last seconds are told. */
  private limit(signal: AbortSignal): void {
    const seconds = this.view?.flow.seconds ?? 0;
    if (!seconds) return;
    const until = performance.now() + seconds * 1000;
    const timer = setInterval(() => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (signal.aborted) clearInterval(timer);
      else if (left <= 0) void this.leave("timeout");
      else if (left <= WARN_SECONDS) this.amend("framing", { timeLeft: left });
    }, 500);
  }

  private stopLooking(): void {
    this.live.abort();
  }

  private show(screen: Screen): void {
    if (ENDS.includes(this.screen.name)) return; // nothing follows an end
    if (!LIVE.includes(screen.name)) this.video = null;
    this.screen = screen;
    this.changed();
  }

  private amend<N extends Screen["name"]>(
    name: N,
    fields: Partial<Extract<Screen, { name: N }>>,
  ): void {
    if (this.screen.name !== name) return;
    this.screen = { ...this.screen, ...fields } as Screen;
    this.changed();
  }
}
