// One build per page: each page is its own folder here and under src/countenance/static/, with its
// own guard in the server, so no page depends on a file that another page's guard serves.
import { defineConfig } from "vite";

const PAGES = ["try"];

export default defineConfig(({ mode }) => {
  if (!PAGES.includes(mode)) throw new Error(`--mode names the page: ${PAGES.join(", ")}`);
  return {
    root: mode,
    base: `/${mode}/`,
    publicDir: false,
    build: {
      outDir: `../../src/countenance/static/${mode}`,
      emptyOutDir: true,
      assetsInlineLimit: 0, // the content-security policy takes no data: address but for pictures
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
    },
  };
});
