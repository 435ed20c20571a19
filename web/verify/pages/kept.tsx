// What was kept, until when, and the button that deletes it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Kept } from "../../capture";
import { megabytes } from "../../ui/photo";
import type { PageProps } from "../app";

interface KeptProps extends PageProps {
  kept: Kept;
}

export function KeptPart({ flow, words, language, kept }: KeptProps) {
  const told = words.kept;
  const [stage, setStage] = useState<"shown" | "asked" | "busy" | "failed">("shown");
  const no = useRef<HTMLButtonElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (stage === "asked") no.current?.focus();
  }, [stage]);
  const erase = async (): Promise<void> => {
    setStage("busy");
    setStage((await flow.erase()) ? "shown" : "failed");
    title.current?.focus(); // the button that was pressed is gone
  };
  const day = (seconds: number): string => moment(seconds, language);
  return (
    <section class="kept" aria-labelledby="kept-title">
      <h2 id="kept-title" ref={title} tabIndex={-1}>
        {told.title}
      </h2>
      {kept.items.length > 0 ? (
        days(kept).map(([until, items]) => (
          <div key={until}>
            <p>{told.until(day(until))}</p>
            <ul>
              {items.map((item) => (
                <li key={item.kind}>
                  {told.item(told.kinds[item.kind] ?? item.kind, size(item.bytes))}
                </li>
              ))}
            </ul>
          </div>
        ))
      ) : (
        <p role="status">{kept.erased ? told.deleted : told.nothing}</p>
      )}
      <p class="soft">{told.records(day(kept.records_until))}</p>
      {kept.items.length > 0 && stage === "shown" && (
        <button type="button" onClick={() => setStage("asked")}>
          {told.erase}
        </button>
      )}
      {(stage === "asked" || stage === "busy") && (
        <div class="sure">
          <p>{told.sure}</p>
          <div class="row">
            <button
              class="danger"
              type="button"
              aria-disabled={stage === "busy"}
              onClick={() => stage === "asked" && void erase()}
            >
              {told.yes}
            </button>
            <button ref={no} type="button" onClick={() => setStage("shown")}>
              {told.no}
            </button>
          </div>
        </div>
      )}
      {stage === "failed" && (
        <>
          <p class="fault" role="alert">
            {told.failed}
          </p>
          <button type="button" onClick={() => setStage("asked")}>
            {told.erase}
          </button>
        </>
      )}
    </section>
  );
}

/** The items by the minute in which they go, the first to go first. */
function days(kept: Kept): [number, Kept["items"]][] {
  const found = new Map<number, Kept["items"]>();
  for (const item of [...kept.items].sort((a, b) => a.until - b.until)) {
    const minute = Math.floor(item.until / 60) * 60;
    found.set(minute, [...(found.get(minute) ?? []), item]);
  }
  return [...found];
}

/** Number and unit stay on one line. */
function size(bytes: number): string {
  return megabytes(bytes).replace(" ", "\u00a0");
}

/** Day and minute, in the person's own time and calendar. */
function moment(seconds: number, language: string): string {
  const form: Intl.DateTimeFormatOptions = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(language === "zh" ? "zh-Hans" : "en", form).format(seconds * 1000);
}
