// Small parts that several screens share.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The one heading of a screen; it takes the focus as the screen appears. */
export function Heading({ children }: { children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}

/** That something goes on; what, says the text beside it. */
export function Spinner() {
  return (
    <svg class="spinner" viewBox="0 0 44 44" aria-hidden="true" focusable="false">
      <circle cx="22" cy="22" r="18" />
      <circle class="run" cx="22" cy="22" r="18" pathLength={100} />
    </svg>
  );
}

/** Whole seconds until a moment of `performance.now()`, counted down. */
export function useSecondsUntil(moment: number): number {
  const count = (): number => Math.max(0, Math.ceil((moment - performance.now()) / 1000));
  const [seconds, set] = useState(count);
  useEffect(() => {
    set(count());
    const timer = setInterval(() => set(count()), 250);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
