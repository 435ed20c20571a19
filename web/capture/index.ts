// The whole library; nothing of it draws anything or needs another package.
export { CaptureClient, type ClientOptions, type Memory } from "./client";
export { pause } from "./patience";
export { Interrupted, record, type RecordOptions, recordingType } from "./recorder";
export * from "./shapes";
