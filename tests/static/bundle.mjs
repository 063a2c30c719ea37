// Makes the tests in TypeScript runnable: `node tests/static/bundle.mjs <directory>`, then `node --test <directory>`.
import { globSync } from "node:fs";
import * as esbuild from "esbuild";

await esbuild.build({
  entryPoints: globSync("tests/static/**/*.test.ts"),
  outdir: process.argv[2],
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "warning",
});
