// What comes before the camera: start, consent, the word before the browser's question.
import { useId, useRef, useState } from "preact/hooks";
import type { PageProps } from "../app";
import { consentText, TAGS } from "../words";
import { Drawing } from "./drawings";
import { Heading, Spinner } from "./parts";
import { Message } from "./trouble";

export function Start({ flow, words }: PageProps) {
  const { start } = words;
  return (
    <>
      <Heading>{start.title}</Heading>
      <p class="lede">{start.lede[flow.view!.flow.mode]}</p>
      <ul class="tips">
        {(["light", "bare", "upright"] as const).map((tip) => (
          <li key={tip}>
            <Drawing of={tip} />
            <span>{start.tips[tip]}</span>
          </li>
        ))}
      </ul>
      <p class="soft">{start.time}</p>
      <button class="primary large wide" type="button" onClick={() => flow.start()}>
        {start.go}
      </button>
    </>
  );
}

export function Consent({ flow, words, language }: PageProps) {
  const { consent } = words;
  const { version } = flow.view!.consent;
  const [ticked, tick] = useState(false);
  const [lacking, setLacking] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const fault = useId();
  const text = consentText(version, language, flow.view!.flow.mode);
  if (!text) {
    return <Message of={words.outdated} go={words.outdated.go} onGo={() => location.reload()} />;
  }
  const agree = (): void => {
    if (ticked) return void flow.consent(true, TAGS[language]);
    setLacking(true);
    box.current?.focus();
  };
  return (
    <>
      <Heading>{consent.title}</Heading>
      <div class="prose">
        {text.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p class="soft">{consent.version(version)}</p>
      </div>
      <label class="tick">
        <input
          ref={box}
          type="checkbox"
          checked={ticked}
          aria-invalid={lacking}
          aria-describedby={lacking ? fault : undefined}
          onChange={(event) => {
            tick(event.currentTarget.checked);
            setLacking(false);
          }}
        />
        <span>{consent.tick}</span>
      </label>
      <p id={fault} class="fault" role="alert" hidden={!lacking}>
        {lacking && consent.needed}
      </p>
      <div class="choice">
        <button class="primary large" type="button" onClick={agree}>
          {consent.go}
        </button>
        <button
          class="large"
          type="button"
          onClick={() => void flow.consent(false, TAGS[language])}
        >
          {consent.decline}
        </button>
      </div>
    </>
  );
}

export function Primer({ flow, words }: PageProps) {
  const { primer } = words;
  return (
    <>
      <Drawing of="camera" />
      <Heading>{primer.title}</Heading>
      <p class="lede">{primer.lede}</p>
      <p class="soft">{primer.promise}</p>
      <button class="primary large wide" type="button" onClick={() => void flow.film()}>
        {primer.go}
      </button>
    </>
  );
}

export function Asking({ words }: PageProps) {
  return (
    <>
      <Drawing of="camera" />
      <Heading>{words.primer.title}</Heading>
      <Spinner />
      <p class="lede">{words.primer.asking}</p>
    </>
  );
}

export function Leaving({ flow, words }: PageProps) {
  const { leaving } = words;
  return (
    <>
      <Heading>{leaving.title}</Heading>
      <p class="lede">{leaving.lede}</p>
      <div class="choice">
        <button class="primary large" type="button" onClick={() => flow.stay()}>
          {leaving.stay}
        </button>
        <button class="large" type="button" onClick={() => void flow.leave()}>
          {leaving.go}
        </button>
      </div>
    </>
  );
}
