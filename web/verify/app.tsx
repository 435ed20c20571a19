// The frame around every screen: language, colour, title, what is said aloud, what has the focus.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Flow } from "./flow";
import { Current } from "./pages/current";
import { Viewfinder } from "./pages/viewfinder";
import { LEAVABLE, LIVE } from "./screens";
import { wear } from "./theme";
import { LANGUAGES, type Language, nearest, TAGS, type Words } from "./words";

export interface PageProps {
  flow: Flow;
  words: Words;
  language: Language;
}

export function App({ token }: { token: string }) {
  const [, redraw] = useState(0);
  const flow = useMemo(() => new Flow(token, () => redraw((n) => n + 1)), [token]);
  const [chosen, choose] = useState<Language | null>(null);
  const asked = flow.view?.flow.language;
  const language = chosen ?? nearest(asked ? [asked] : navigator.languages);
  const words: Words = LANGUAGES[language];
  const { screen } = flow;
  const theme = flow.view?.flow.theme;
  const live = LIVE.includes(screen.name);

  useEffect(() => void flow.open(), [flow]);
  useEffect(() => {
    if (theme) wear(theme);
  }, [theme]);
  useEffect(() => {
    document.documentElement.lang = TAGS[language];
  }, [language]);
  // Whoever cannot see the screen change hears the new heading; the old control is gone by then.
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>("h1");
    document.title = heading ? `${heading.textContent} · ${words.title}` : words.title;
    heading?.focus();
  }, [screen.name, language]);

  const props: PageProps = { flow, words, language };
  return (
    <div class={live ? "page live" : "page"}>
      <header class="top">
        {!live && (
          <button
            class="quiet"
            type="button"
            lang={TAGS[language === "en" ? "zh" : "en"]}
            onClick={() => choose(language === "en" ? "zh" : "en")}
          >
            {words.otherLanguage}
          </button>
        )}
      </header>
      <p class="offline" role="alert" hidden={!flow.offline}>
        {flow.offline && (screen.name === "upload" ? words.upload.offline : words.offline)}
      </p>
      <main data-screen={screen.name} data-fps={flow.fps ?? undefined}>
        {live ? <Viewfinder {...props} /> : <Current {...props} />}
      </main>
      {!live && LEAVABLE.includes(screen.name) && (
        <footer>
          <button class="quiet" type="button" onClick={() => flow.ask()}>
            {words.leave}
          </button>
        </footer>
      )}
    </div>
  );
}
