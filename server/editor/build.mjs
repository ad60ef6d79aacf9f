// Build the editor into static files, or (--check) build and compare with those committed.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(here, "../renkei/serve/pages/static/editor");
const { dependencies } = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
const parts = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);

// Yasqe names two hosts it would ask by default: one for completion, one to query. Our code
// sets other sources; the addresses are taken out all the same, so that no slip can ask them.
const foreign = [
  ["lov.linkeddata.es/dataset/lov/api/v2/autocomplete/terms", ""],
  ["https://dbpedia.org/sparql", ""],
];
const withoutHosts = {
  name: "without-hosts",
  setup(hooks) {
    hooks.onLoad({ filter: /yasqe\.esm\.js$/ }, async ({ path: file }) => {
      let contents = await readFile(file, "utf8");
      for (const [address, instead] of foreign) {
        if (!contents.includes(address)) throw new Error(`${file} no longer names ${address}`);
        contents = contents.replaceAll(address, instead);
      }
      return { contents, loader: "js" };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: { editor: "src/editor.js" },
  outdir: target,
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: ["es2021", "chrome100", "firefox100", "safari15.4"],
  charset: "utf8",
  legalComments: "none",
  loader: { ".svg": "dataurl", ".png": "dataurl" },
  banner: { js: `/* Renkei's query editor; with ${parts.join(", ")} (MIT) and CodeMirror 5 (MIT). Built from server/editor. */` },
  plugins: [withoutHosts],
  logLevel: "warning",
});

let same = true;
await mkdir(target, { recursive: true });
for (const file of result.outputFiles) {
  const name = path.relative(here, file.path);
  if (process.argv.includes("--check")) {
    const kept = await readFile(file.path).catch(() => Buffer.alloc(0));
    if (!kept.equals(Buffer.from(file.contents))) {
      same = false;
      console.error(`${name} is not what the sources build: run "npm run build" in server/editor, and commit it.`);
    }
  } else {
    await writeFile(file.path, file.contents);
    console.log(`${name} ${file.contents.length} bytes`);
  }
}
process.exit(same ? 0 : 1);
