// A chosen file made ready to send: the formats and sizes the server takes, made in the browser.

export interface Media {
  file: Blob;
  url: string;
  note: string;
}

export const PHOTO_LIMIT = 5 * 1024 * 1024;
export const VIDEO_LIMIT = 8 * 1024 * 1024;
const SENT_AS_IS = ["image/jpeg", "image/png"];
const LONG_SIDE = 2400; // far more than a face needs

/** A file that cannot be used; `message` says why and what to do. */
export class MediaError extends Error {}

/** JPEG and PNG up to the limit stay as they are; all else the browser can draw becomes a JPEG. */
export async function preparePhoto(file: Blob): Promise<Media> {
  const picture = await decode(file);
  try {
    if (SENT_AS_IS.includes(file.type) && file.size <= PHOTO_LIMIT) {
      return { file, url: URL.createObjectURL(file), note: megabytes(file.size) };
    }
    const smaller = await toJpeg(picture, picture.width, picture.height);
    const note = `${megabytes(smaller.size)}, made from ${megabytes(file.size)} in this browser`;
    return { file: smaller, url: URL.createObjectURL(smaller), note };
  } finally {
    picture.close();
  }
}

/** A clip as it is; the browser cannot make it smaller, so one over the limit is refused. */
export function prepareClip(file: Blob): Media {
  if (file.size > VIDEO_LIMIT) {
    throw new MediaError(
      `This video has ${megabytes(file.size)}; the most is 8 MB. Choose a shorter one, or record three seconds here.`,
    );
  }
  if (!file.type.startsWith("video/") || file.size === 0) {
    throw new MediaError("This file is not a video. Choose an MP4, MOV or WebM file.");
  }
  return { file, url: URL.createObjectURL(file), note: megabytes(file.size) };
}

/** Draw any picture source as a JPEG no longer than 2400 pixels on its long side. */
export async function toJpeg(
  source: CanvasImageSource,
  width: number,
  height: number,
): Promise<Blob> {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) throw new MediaError("This browser cannot draw pictures. Use another browser.");
  pen.fillStyle = "#fff"; // what the server also puts behind transparent parts
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  if (!blob) throw new MediaError("The picture could not be made. Choose another photo.");
  return blob;
}

async function decode(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new MediaError(
      "This browser cannot read that file as a photo. Choose a JPEG or PNG, or use the camera.",
    );
  }
}

export function megabytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
