// What comes after a recording was judged: once more, or the end and what was kept.
import type { Told } from "../../capture";
import type { PageProps } from "../app";
import type { Screen } from "../screens";
import { type Language, reasonWords } from "../words";
import { Drawing } from "./drawings";
import { KeptPart } from "./kept";
import { Heading, useSecondsUntil } from "./parts";

export function Retry({ flow, words, language }: PageProps) {
  const { retry } = words;
  const { verdict, attempts } = flow.view!;
  const wait = useSecondsUntil(flow.retryAt);
  return (
    <>
      <Heading>{retry.title}</Heading>
      <Reasons told={verdict!.reasons} language={language} />
      <p class="soft">{retry.left(attempts.left)}</p>
      <p class="soft" aria-live="off" hidden={wait === 0}>
        {retry.wait(wait)}
      </p>
      <button
        class="primary large wide"
        type="button"
        aria-disabled={wait > 0}
        onClick={() => wait === 0 && void flow.film()}
      >
        {retry.go}
      </button>
    </>
  );
}

interface ReasonsProps {
  told: Told[];
  language: Language;
  final?: boolean;
}

// What to do next time helps no more at the end, but for these: they say where to go.
const LAST_HINTS = /^(attempts_used|photo_)/;

function Reasons({ told, language, final = false }: ReasonsProps) {
  if (told.length === 0) return null;
  return (
    <ul class="reasons">
      {told.map((one) => {
        const { text, hint } = reasonWords(one, language);
        return (
          <li key={one.key} data-reason={one.key}>
            <b>{text}</b>
            {(!final || LAST_HINTS.test(one.key)) && <span>{hint}</span>}
          </li>
        );
      })}
    </ul>
  );
}

type End = Extract<Screen, { name: "passed" | "failed" | "left" | "declined" | "timed_out" }>["name"];

export function Finished({ flow, words, language, end }: PageProps & { end: End }) {
  const verdict = flow.view?.verdict;
  return (
    <>
      {end === "passed" && <Drawing of="done" />}
      <Heading>{words[end].title}</Heading>
      <p class="lede">{words[end].lede}</p>
      {end === "failed" && <Reasons told={verdict?.reasons ?? []} language={language} final />}
      {verdict?.redirect && (
        <button class="primary large wide" type="button" onClick={() => flow.goOn()}>
          {words.goOn}
        </button>
      )}
      {flow.kept && <KeptPart flow={flow} words={words} language={language} kept={flow.kept} />}
    </>
  );
}
