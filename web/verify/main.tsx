import { render } from "preact";
import { App } from "./app";

// A page that the browser has put by has lost its camera and may have been overtaken.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const token = new URLSearchParams(location.search).get("token") ?? "";
const root = document.getElementById("page");
if (root) {
  root.replaceChildren(); // the sentence for browsers without scripts
  render(<App token={token} />, root);
}
