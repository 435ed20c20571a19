// The one camera stream of a visit: opened once, kept until the verification has ended.
import type { Words } from "../capture";
import { CameraError, closeCamera, facesPerson, openCamera } from "../ui/camera";
import type { CameraFault } from "./screens";

const LEAST = { long: 320, short: 240 };
const BLACK_MS = 4000; // a stream without pictures by then is opened once more

export class Camera {
  stream: MediaStream | null = null;
  mirrored = true;

  get live(): boolean {
    return this.stream?.getVideoTracks()[0]?.readyState === "live";
  }

  /** Ask for the camera unless it is on; answers what went wrong, or null. */
  async open(): Promise<CameraFault | null> {
    if (this.live) return null;
    try {
      this.close();
      this.stream = await openCamera();
      this.mirrored = facesPerson(this.stream);
      return null;
    } catch (error) {
      const kind = error instanceof CameraError ? error.kind : "busy";
      return kind === "denied" || kind === "none" ? kind : "busy";
    }
  }

  close(): void {
    closeCamera(this.stream);
    this.stream = null;
  }

  /** Show the stream; resolves once pictures come, with what is wrong with them. */
  async show(video: HTMLVideoElement): Promise<CameraFault | null> {
    for (const last of [false, true]) {
      if (video.srcObject !== this.stream) video.srcObject = this.stream;
      await video.play().catch(() => undefined); // interrupted by the next attempt
      if (await pictured(video)) break;
      // Some phones open a camera that stays black; the second time it works.
      this.close();
      const fault = last ? "busy" : await this.open();
      if (fault) return fault;
    }
    const { videoWidth: width, videoHeight: height } = video;
    const enough = Math.max(width, height) >= LEAST.long && Math.min(width, height) >= LEAST.short;
    return enough ? null : "small";
  }
}

function pictured(video: HTMLVideoElement): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      video.removeEventListener("loadeddata", settle);
      resolve(video.videoWidth > 0);
    };
    const timer = setTimeout(settle, BLACK_MS);
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) settle();
    else video.addEventListener("loadeddata", settle);
  });
}

/** Counts the pictures that the camera gives, from now until `stop`. */
export class FrameCount {
  private readonly begun = performance.now();
  private frames = 0;
  private running = true;

  constructor(private readonly video: HTMLVideoElement) {
    if (!("requestVideoFrameCallback" in video)) return;
    const count = (): void => {
      if (!this.running) return;
      this.frames += 1;
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  }

  /** What to tell of the recording; `fps` is null where the browser does not say. */
  stop(): Words {
    const seconds = (performance.now() - this.begun) / 1000;
    this.running = false;
    return {
      fps: this.frames ? Math.round((this.frames / seconds) * 10) / 10 : null,
      width: this.video.videoWidth,
      height: this.video.videoHeight,
    };
  }
}
