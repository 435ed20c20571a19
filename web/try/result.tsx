// The answer: the verdict in words, the score with its meaning, and what the engine saw.
import { useEffect, useRef } from "preact/hooks";
import { FacePicture } from "../ui/face";
import { Gauge } from "../ui/gauge";
import { Icon } from "../ui/icons";
import type { CompareAnswer, Reason, VerifyAnswer } from "../ui/shapes";
import { Timeline } from "../ui/timeline";

export type Result =
  | { mode: "compare"; answer: CompareAnswer; a: string; b: string }
  | { mode: "verify"; answer: VerifyAnswer; photo: string | null; clip: string };

/** Takes the focus to its heading when it appears; addresses are of the person's own files. */
export function ResultView({ result }: { result: Result }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { answer } = result;
  const verdict = verdictOf(result);
  useEffect(() => heading.current?.focus(), [result]);
  return (
    <section class="result" aria-labelledby="result-title">
      <header class={`verdict ${verdict.tone}`}>
        <span class="seal">
          <Icon name={verdict.icon} />
        </span>
        <div>
          <h2 id="result-title" ref={heading} tabIndex={-1}>
            {verdict.title}
          </h2>
          <p>{answer.meaning || (answer.score === null && verdict.unscored)}</p>
        </div>
      </header>
      <div class="why">
        {answer.score !== null && (
          <section class="card" aria-label="Likeness">
            <h3>Likeness</h3>
            <Gauge score={answer.score} passed={answer.passed} />
            {result.mode === "verify" && answer.score === 0 && (
              <p>Likeness counts only for a live person, so here it is 0.</p>
            )}
          </section>
        )}
        {(answer.reasons.length > 0 || !answer.passed) && (
          <Reasons reasons={answer.reasons} passed={answer.passed} />
        )}
      </div>
      {result.mode === "compare" ? <Photos result={result} /> : <Clip result={result} />}
      <Details answer={answer} />
    </section>
  );
}

function Photos({ result }: { result: Extract<Result, { mode: "compare" }> }) {
  return (
    <section class="card">
      <h3>What the server saw</h3>
      <div class="pair">
        <FacePicture src={result.a} name="First photo" seen={result.answer.a} />
        <FacePicture src={result.b} name="Second photo" seen={result.answer.b} />
      </div>
    </section>
  );
}

function Clip({ result }: { result: Extract<Result, { mode: "verify" }> }) {
  const { answer, photo, clip } = result;
  return (
    <>
      <section class="card">
        <h3>Live, moment by moment</h3>
        <p>{liveness(answer)}</p>
        {answer.frames.length > 0 && (
          <Timeline
            clip={clip}
            frames={answer.frames}
            needed={answer.live_needed}
            best={answer.best_frame?.time ?? null}
          />
        )}
      </section>
      {(answer.best_frame || (photo && answer.photo)) && (
        <section class="card">
          <h3>What the server saw</h3>
          <div class="pair">
            {answer.best_frame && (
              <FacePicture
                src={answer.best_frame.image}
                name="Best frame of the video"
                seen={answer.best_frame}
              />
            )}
            {photo && answer.photo && <FacePicture src={photo} name="Photo" seen={answer.photo} />}
          </div>
        </section>
      )}
    </>
  );
}

function Reasons({ reasons, passed }: { reasons: Reason[]; passed: boolean }) {
  return (
    <section class="card" aria-label="Reasons">
      <h3>{passed ? "Why it passed" : "Why it did not pass"}</h3>
      {reasons.length === 0 ? (
        <p>The server gave no further reason.</p>
      ) : (
        <ul class="reasons">
          {reasons.map((reason) => (
            <li>
              <b>{reason.text}</b>
              {reason.hint && <span>{reason.hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Details({ answer }: { answer: CompareAnswer | VerifyAnswer }) {
  const millis = Object.entries(answer.millis);
  return (
    <section class="card details" aria-label="For developers">
      {millis.length > 0 && (
        <details>
          <summary>Where the time went</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">Milliseconds</th>
              </tr>
            </thead>
            <tbody>
              {millis.map(([step, ms]) => (
                <tr>
                  <th scope="row">{step}</th>
                  <td>{ms.toFixed(1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <details>
        <summary>The answer as JSON</summary>
        <pre tabIndex={0} role="region" aria-label="The answer as JSON">
          {readable(answer)}
        </pre>
      </details>
    </section>
  );
}

function verdictOf(result: Result) {
  const { answer } = result;
  const compared = result.mode === "compare";
  const judged = compared ? answer.score !== null : result.answer.live !== null;
  const unscored = compared ? "The two could not be compared, so there is no score." : "";
  if (!answer.passed && !judged) {
    return { tone: "none", icon: "query", title: "No verdict", unscored } as const;
  }
  const [yes, no] = titles(result);
  return answer.passed
    ? ({ tone: "good", icon: "tick", title: yes, unscored } as const)
    : ({ tone: "bad", icon: "cross", title: no, unscored } as const);
}

function titles(result: Result): [string, string] {
  if (result.mode === "compare") {
    const unlike = result.answer.reasons.some((reason) => reason.key === "low_similarity");
    return ["The faces match", unlike ? "The faces do not match" : "Not accepted"];
  }
  if (result.photo) return ["A live person, the one in the photo", "Not verified"];
  return ["A live person", "Not confirmed as a live person"];
}

function liveness(answer: VerifyAnswer): string {
  if (answer.live === null) return "No frame of the video could be judged.";
  const needed = answer.live_needed === null ? "" : ` To pass it takes ${answer.live_needed.toFixed(2)}.`;
  return `Over the whole video the live score is ${answer.live.toFixed(2)}, from 0 (a photo or a screen) to 1 (a live person).${needed}`;
}

// The mesh and the picture would fill pages; their presence is what matters here.
function readable(answer: object): string {
  const short = (key: string, value: unknown): unknown => {
    if (key === "mesh" && Array.isArray(value)) return `${value.length} points`;
    if (key === "image" && typeof value === "string") return `${value.slice(0, 23)}…`;
    return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
  };
  return JSON.stringify(answer, short, 2).replace(/\[[\s\d.,-]+\]/g, (list) => list.replace(/\s+/g, " "));
}
