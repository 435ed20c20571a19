// Line drawings beside the words that say the same, so hidden from screen readers.
const FACE = "M32 14c-8 0-13 6-13 15 0 11 6 19 13 19s13-8 13-19c0-9-5-15-13-15z";
const DRAWN = {
  // A face, lit from a lamp.
  light: [FACE, "M26 29v1.5M38 29v1.5M28 38c2.5 2 5.5 2 8 0", "M54 14l5-3M55 24h6M54 34l5 3M10 14l-5-3M9 24H3M10 34l-5 3"],
  // A face with dark glasses, struck out.
  bare: [FACE, "M19.5 27h10v2.5a4 4 0 0 1-4 4h-2a4 4 0 0 1-4-4zM34.5 27h10v2.5a4 4 0 0 1-4 4h-2a4 4 0 0 1-4-4zM29.5 28h5", "M28 40c2.5 1.5 5.5 1.5 8 0", "M10 54L54 8"],
  // A phone that stands upright, with a face in it.
  upright: ["M21 6h22a4 4 0 0 1 4 4v44a4 4 0 0 1-4 4H21a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4z", "M32 20c-5 0-8 4-8 9.5 0 7 4 11.5 8 11.500s8-4.5 8-11.500c0-5.5-3-9.5-8-9.500z", "M29 52h6"],
  camera: ["M10 20h9l4-6h18l4 6h9a3 3 0 0 1 3 3v25a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3V23a3 3 0 0 1 3-3z", "M32 25a10 10 0 1 0 0 20a10 10 0 1 0 0-20z"],
  done: ["M32 6a26 26 0 1 0 0 52a26 26 0 1 0 0-52z", "M20 33l8.5 8.500L45 25"],
} as const;

export function Drawing({ of }: { of: keyof typeof DRAWN }) {
  return (
    <svg class={`drawing ${of}`} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      {DRAWN[of].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
