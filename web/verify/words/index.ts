// Which words are shown: the language that the link asks for, until the person chooses another.
import type { Told } from "../../capture";
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

/** What happened, and what helps. */
export function reasonWords(told: Told, _language: Language): { text: string; hint: string } {
  return { text: told.text, hint: told.hint };
}

/** What helps against a reason: a sentence for a person who looks at the camera, not at the page. */
export function reasonHint(hint: { key: string; text?: string }, _language: Language): string {
  return hint.text ?? "";
}
