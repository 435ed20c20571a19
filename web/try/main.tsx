import { render } from "preact";
import { App } from "./app";

// A file dropped beside a slot would otherwise replace the page, and with it what was chosen.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}

const root = document.getElementById("page");
if (root) {
  root.replaceChildren(); // the sentence for browsers without scripts
  render(<App />, root);
}
