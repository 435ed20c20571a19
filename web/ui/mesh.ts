// Which points of the 478-point face mesh trace which feature (the topology of MediaPipe's mesh).
import type { Point } from "./shapes";

const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
const LIPS = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
];
const MOUTH = [
  78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
];
const LEFT_EYE = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
];
const RIGHT_EYE = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
const CLOSED = [
  OVAL,
  LIPS,
  MOUTH,
  LEFT_EYE,
  RIGHT_EYE,
  [474, 475, 476, 477], // irises
  [469, 470, 471, 472],
];
const OPEN = [
  [276, 283, 282, 295, 285], // brows, lower and upper edge
  [300, 293, 334, 296, 336],
  [46, 53, 52, 65, 55],
  [70, 63, 105, 66, 107],
  [168, 6, 197, 195, 5, 4], // nose
  [98, 97, 2, 326, 327],
];

export const NOSE_TIP = 4;

/** An SVG path along the features; what the mesh does not reach is left out. */
export function contours(mesh: Point[]): string {
  const closed = CLOSED.map((ids) => trace(mesh, ids) + "Z");
  const open = OPEN.map((ids) => trace(mesh, ids));
  return [...closed, ...open].filter((part) => part.length > 1).join("");
}

/** An SVG path whose round line caps are the dots. */
export function dots(points: Point[]): string {
  return points.map(([x, y]) => `M${round(x)} ${round(y)}h0`).join("");
}

function trace(mesh: Point[], ids: number[]): string {
  const points = ids.map((id) => mesh[id]);
  if (points.some((point) => point === undefined)) return "";
  return "M" + points.map((point) => `${round(point![0])} ${round(point![1])}`).join("L");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
