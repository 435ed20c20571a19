// One build per page: each page is its own folder here and under src/countenance/static/, with its
// own guard in the server, so no page depends on a file that another page's guard serves.
import { defineConfig } from "vite";

// The person's page must run on phones that nobody updates; the try page on the operator's own.
const TARGETS: Record<string, string[] | undefined> = {
  try: undefined,
  verify: ["safari14", "ios14", "chrome87", "firefox78"],
};


export default defineConfig(({ mode }) => {
  if (!(mode in TARGETS)) {
    throw new Error(`--mode names the page: ${Object.keys(TARGETS).join(", ")}`);
  }
  const target = TARGETS[mode];
  return {
    root: mode,
    base: `/${mode}/`,
    publicDir: false,
    build: {
      ...(target && { target, cssTarget: target }),
      outDir: `../../src/countenance/static/${mode}`,
      emptyOutDir: true,
      assetsInlineLimit: 0, // the content-security policy takes no data: address but for pictures
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
    },
  };
});
