// The integrator's colour, made fit to read: text on it, and itself on the paper behind it.

type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const SHAPE = 3; // WCAG 2.2: edges of controls against what is behind them
const TEXT = 4.5;
const PAPERS = ["--paper", "--card", "--well"]; // what it may lie on

/** Give the page this colour (`#rrggbb`) now and whenever light turns to dark; else its own stays. */
export function wear(colour: string): void {
  const rgb = parse(colour);
  if (!rgb) return;
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const dress = (): void => {
    const root = document.documentElement;
    const style = getComputedStyle(root);
    const papers = PAPERS.map((name) => parse(style.getPropertyValue(name).trim()) ?? WHITE);
    const shape = button(legible(rgb, papers, SHAPE), papers);
    const values = {
      "--accent": shape,
      "--accent-deep": legible(rgb, papers, TEXT),
      "--on-accent": onTop(shape),
    };
    for (const [name, value] of Object.entries(values)) root.style.setProperty(name, css(value));
  };
  dress();
  scheme.addEventListener?.("change", dress);
}

/** The colour itself where its contrast with each paper reaches `ratio`, else the nearest so. */
export function legible(colour: Rgb, papers: Rgb[], ratio: number): Rgb {
  const end: Rgb = papers.every((paper) => luminance(paper) > 0.18) ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(colour, end, share);
    if (papers.every((paper) => contrast(mixed, paper) >= ratio)) return mixed;
  }
  return end;
}

/** A middling colour a little darker, so that it takes white text; others take black as they are. */
function button(colour: Rgb, papers: Rgb[]): Rgb {
  if (contrast(WHITE, colour) < SHAPE) return colour;
  const darker = legible(colour, [WHITE], TEXT);
  return papers.every((paper) => contrast(darker, paper) >= SHAPE) ? darker : colour;
}

/** White where that reads well, else black, which then does: one of them always reaches 4.5. */
export function onTop(colour: Rgb): Rgb {
  return contrast(WHITE, colour) >= TEXT ? WHITE : [0, 0, 0];
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function parse(colour: string): Rgb | null {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  return found && (found.slice(1).map((pair) => parseInt(pair, 16)) as Rgb);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((value, index) => Math.round(value + (b[index]! - value) * share)) as Rgb;
}

function css(colour: Rgb): string {
  return `rgb(${colour.join(", ")})`;
}
