// What comes after a recording was judged: once more, or the end and what was kept.
import type { PageProps } from "../app";
import type { Screen } from "../screens";
import { reasonWords } from "../words";
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
      <ul class="reasons">
        {verdict!.reasons.map((told) => {
          const { text, hint } = reasonWords(told, language);
          return (
            <li key={told.key} data-reason={told.key}>
              <b>{text}</b>
              <span>{hint}</span>
            </li>
          );
        })}
      </ul>
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

type End = Extract<Screen, { name: "passed" | "failed" | "left" | "declined" | "timed_out" }>["name"];

export function Finished({ flow, words, language, end }: PageProps & { end: End }) {
  const redirect = flow.view?.verdict?.redirect;
  return (
    <>
      {end === "passed" && <Drawing of="done" />}
      <Heading>{words[end].title}</Heading>
      <p class="lede">{words[end].lede}</p>
      {redirect && (
        <button class="primary large wide" type="button" onClick={() => flow.goOn()}>
          {words.goOn}
        </button>
      )}
      {flow.kept && <KeptPart flow={flow} words={words} language={language} kept={flow.kept} />}
    </>
  );
}
