// Bundles the TypeScript and the CSS of the pages into static/dist. Needs no network.
import * as esbuild from "esbuild";

const options = {
  entryPoints: [
    "static/src/main.ts",
    "static/src/main.css",
    "static/src/icons.svg",
    "static/src/favicon.svg",
  ],
  outdir: "static/dist",
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  loader: { ".svg": "copy" },
  logLevel: "info",
};

if (process.argv.includes("--watch")) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
}
