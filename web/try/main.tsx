import { render } from "preact";
import { App } from "./app";

const root = document.getElementById("page");
if (root) {
  root.replaceChildren(); // the sentence for browsers without scripts
  render(<App />, root);
}
