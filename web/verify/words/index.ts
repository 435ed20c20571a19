// Which words are shown: the language that the link asks for, until the person chooses another.
import type { Told } from "../../capture";
import { reasons } from "../../ui/reasons";
import { en, type Words } from "./en";
import { zh } from "./zh";

export type { Words };
export { consentText } from "./consent";

export const LANGUAGES = { en, zh } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

/** As BCP 47 writes them. */
export const TAGS: Record<Language, string> = { en: "en", zh: "zh-Hans" };

/** The language of the first wish: any Chinese for a Chinese, else English. */
export function nearest(wanted: readonly string[]): Language {
  return /^zh\b/i.test(wanted[0] ?? "") ? "zh" : "en";
}

/** What happened, and what helps; a reason newer than this page is told in the server's words. */
export function reasonWords(told: Told, language: Language): { text: string; hint: string } {
  return reasons[told.key]?.[language] ?? told;
}

/** For a person who looks at the camera, not at the page: only what helps. */
export function reasonHint(told: Told, language: Language): string {
  const { text, hint } = reasonWords(told, language);
  return hint || text;
}
