// Small pictures of a clip at given times, drawn by the browser from its own copy.

const PATIENCE_MS = 3000; // for one seek; a clip the browser cannot play leaves its cells empty

/** Fill `canvases` with the clip's pictures at `times`, one after the other; returns the stop. */
export function drawFrames(clip: string, times: number[], canvases: HTMLCanvasElement[]): () => void {
  const stop = new AbortController();
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  const run = async (): Promise<void> => {
    video.src = clip;
    await once(video, "loadeddata", stop.signal);
    for (const [index, time] of times.entries()) {
      const sought = once(video, "seeked", stop.signal);
      video.currentTime = time;
      await sought;
      const canvas = canvases[index];
      if (canvas) draw(video, canvas);
    }
  };
  run().catch(() => undefined); // the cells keep their place and their numbers
  return () => {
    stop.abort();
    video.removeAttribute("src");
    video.load();
  };
}

// The middle square.
function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const x = (video.videoWidth - side) / 2;
  const y = (video.videoHeight - side) / 2;
  canvas.getContext("2d")?.drawImage(video, x, y, side, side, 0, 0, canvas.width, canvas.height);
}

function once(video: HTMLVideoElement, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(reject, PATIENCE_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    video.addEventListener(event, done, { once: true, signal });
    video.addEventListener("error", () => reject(), { once: true, signal });
    signal.addEventListener("abort", () => reject(), { once: true });
  });
}
