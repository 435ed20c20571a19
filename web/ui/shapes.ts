// The JSON of src/countenance/tryit/shapes.py; positions are pixels of the upright picture.

export type Point = [number, number];

/** Degrees: yaw positive to the person's left, pitch positive down, roll positive clockwise. */
export interface Pose {
  yaw: number;
  pitch: number;
  roll: number;
}

/** `weak` names the fields outside what the engine prefers. */
export interface Quality {
  short_side: number;
  sharpness: number | null;
  luma: number | null;
  weak: string[];
}

export interface FaceSeen {
  box: [number, number, number, number];
  score: number;
  points: Point[];
  mesh: Point[] | null;
  pose: Pose | null;
  quality: Quality | null;
  main: boolean;
}

export interface Seen {
  width: number;
  height: number;
  faces: FaceSeen[];
}

export interface BestFrame extends Seen {
  image: string;
  time: number | null;
}

export interface FrameSeen {
  time: number;
  live: number | null;
  faces: number;
}

export interface Reason {
  key: string;
  text: string;
  hint: string;
}

interface Answer {
  score: number | null;
  passed: boolean;
  meaning: string;
  reasons: Reason[];
  millis: Record<string, number>;
}

export interface CompareAnswer extends Answer {
  a: Seen;
  b: Seen;
}

export interface VerifyAnswer extends Answer {
  photo: Seen | null;
  best_frame: BestFrame | null;
  frames: FrameSeen[];
  live: number | null;
  live_needed: number | null;
}
