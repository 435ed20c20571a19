// Line icons on a 24-unit grid; decoration only, so hidden from screen readers.
const PATHS = {
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 1 0 0-6.4",
  file: "M12 15.5V5M8 9l4-4 4 4M5 15v4h14v-4",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  query: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.6v.2",
  warn: "M12 4.5L21 19.5H3zM12 10v4.2M12 16.8v.2",
  again: "M19 12a7 7 0 1 1-2.2-5.1M19.5 4v4h-4",
  pen: "M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3",
  zoom: "M10.5 5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M14.7 14.7L20 20",
  play: "M8 5.5l11 6.5-11 6.5z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
