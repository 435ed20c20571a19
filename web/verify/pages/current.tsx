// The screen that is shown now, of those without a camera picture.
import type { PageProps } from "../app";
import { Asking, Consent, Leaving, Primer, Start } from "./before";
import { Finished, Retry } from "./after";
import { Message, NoCamera, Unsupported } from "./trouble";
import { Loading, Upload, Verifying } from "./waiting";

export function Current(props: PageProps) {
  const { flow, words } = props;
  const { screen } = flow;
  switch (screen.name) {
    case "loading":
      return <Loading {...props} slow={screen.slow} />;
    case "unsupported":
      return <Unsupported {...props} why={screen.why} />;
    case "unavailable":
      return <Message of={words.unavailable} />;
    case "in_use":
      return <Message of={words.in_use} go={words.in_use.go} onGo={() => void flow.open(true)} />;
    case "taken_over":
      return (
        <Message of={words.taken_over} go={words.taken_over.go} onGo={() => void flow.open(true)} />
      );
    case "unreachable":
    case "broken":
      return <Message of={words[screen.name]} go={words.again} onGo={screen.again} />;
    case "start":
      return <Start {...props} />;
    case "consent":
      return <Consent {...props} />;
    case "primer":
      return <Primer {...props} />;
    case "asking":
      return <Asking {...props} />;
    case "no_camera":
      return <NoCamera {...props} why={screen.why} />;
    case "upload":
      return <Upload {...props} sent={screen.sent} total={screen.total} />;
    case "verifying":
      return <Verifying {...props} slow={screen.slow} />;
    case "retry":
      return <Retry {...props} />;
    case "leaving":
      return <Leaving {...props} />;
    case "framing":
    case "recording":
      return null; // the viewfinder's
    default:
      return <Finished {...props} end={screen.name} />;
  }
}
