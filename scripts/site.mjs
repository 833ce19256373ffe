// Makes the site folder from the compiled client: bindings, optimiser, styles, hashed names, manifest, compressed copies.
// usage: node scripts/site.mjs debug|release <client.wasm> <bindgen> <site folder>
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { bundle } from "lightningcss";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [kind, clientWasm, bindgen, site] = process.argv.slice(2);
const release = kind === "release";
const boot = path.join(root, "app/client/boot.js");
const mainCss = path.join(root, "style/main.css");
const publicDir = path.join(root, "public");
const work = `${site}.work/${kind}`; // results kept between runs
const stampFile = `${site}.work/stamp`; // inputs of the site that lies there
const COMPRESSIBLE = /\.(js|wasm|css|svg|html|txt|json|xml|webmanifest|ico|ttf|map)$/;

const sha = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
};
const short = (content) => sha(content).slice(0, 16);

function filesIn(dir) {
  if (!fs.existsSync(dir)) return [];
  return fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const file = path.join(dir, entry.name);
    return entry.isDirectory() ? filesIn(file) : [file];
  });
}

function fail(message) {
  console.error(`site: ${message}`);
  process.exit(1);
}

for (const file of [boot, mainCss, clientWasm]) if (!fs.existsSync(file)) fail(`${path.relative(root, file)} is missing`);

// --- Is there anything to do? ---

const tools = sha(fs.readFileSync(fileURLToPath(import.meta.url)), fs.readFileSync(path.join(root, "package-lock.json")), kind);
const wasmInput = sha(tools, fs.readFileSync(clientWasm), fs.readFileSync(bindgen));
const otherInputs = [boot, ...filesIn(path.join(root, "style")), ...filesIn(publicDir)];
const stamp = sha(wasmInput, ...otherInputs.flatMap((file) => [path.relative(root, file), fs.readFileSync(file)]));
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
if (read(stampFile) === stamp && fs.existsSync(path.join(site, "manifest.json"))) process.exit(0);

// --- The client: bindings, then the optimiser. Kept until the client or a tool changes. ---

const bound = path.join(work, "client");
if (read(path.join(work, "client.stamp")) !== wasmInput) {
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(bound, { recursive: true });
  execFileSync(bindgen, [kind, clientWasm, bound], { stdio: "inherit" });
  if (release) {
    const file = path.join(bound, "porten_bg.wasm");
    // Twice: what the first pass leaves, the second makes smaller still. Rust puts the stack at the bottom of the memory, so
    // nothing else lies below address 1024, which shortens every access with a constant offset.
    for (const more of [[], ["--low-memory-unused", "--strip-producers", "--strip-target-features"]]) {
      const wasmOpt = path.join(root, "node_modules/binaryen/bin/wasm-opt");
      execFileSync(process.execPath, [wasmOpt, ...more, "-Oz", file, "-o", file], { stdio: "inherit" });
    }
  }
  fs.writeFileSync(path.join(work, "client.stamp"), wasmInput);
}
fs.rmSync(stampFile, { force: true });

// --- The folder, made beside the old one and then exchanged with it ---

const fresh = `${site}.new`;
fs.rmSync(fresh, { recursive: true, force: true });
fs.mkdirSync(path.join(fresh, "pkg"), { recursive: true });
const put = (name, content) => {
  const file = path.join(fresh, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return `/${name}`;
};
const hashed = (stem, extension, content) => put(`pkg/${stem}.${short(content)}.${extension}`, content);

for (const file of filesIn(publicDir)) put(path.relative(publicDir, file), fs.readFileSync(file));

let js = fs.readFileSync(path.join(bound, "porten.js"), "utf8");
// Crates may bring script files of their own; they are imported by relative name, so their folder carries the hash.
const snippets = path.join(bound, "snippets");
const snippetFiles = filesIn(snippets);
if (snippetFiles.length > 0) {
  const folder = `snippets.${short(snippetFiles.map((file) => fs.readFileSync(file, "utf8")).join("\0"))}`;
  for (const file of snippetFiles) put(`pkg/${folder}/${path.relative(snippets, file)}`, fs.readFileSync(file));
  js = js.replaceAll("./snippets/", `./${folder}/`);
}
const manifest = {
  js: hashed("porten", "js", js),
  wasm: hashed("porten", "wasm", fs.readFileSync(path.join(bound, "porten_bg.wasm"))),
};

let css;
try {
  css = bundle({
    filename: mainCss,
    minify: release,
    // What is lowered for whom; newer features than these pass through untouched.
    targets: { safari: (15 << 16) | (4 << 8), ios_saf: (15 << 16) | (4 << 8), chrome: 100 << 16, firefox: 100 << 16, edge: 100 << 16 },
  });
} catch (error) {
  fail(`${error.fileName ?? mainCss}:${error.loc?.line ?? "?"}: ${error.message}`);
}
for (const warning of css.warnings) console.error(`site: ${warning.loc?.filename}:${warning.loc?.line}: ${warning.message}`);
manifest.css = hashed("porten", "css", css.code);

const bootSource = fs.readFileSync(boot, "utf8");
for (const placeholder of ["__PORTEN_JS__", "__PORTEN_WASM__"])
  if (!bootSource.includes(placeholder)) fail(`app/client/boot.js does not contain ${placeholder}`);
manifest.boot = hashed("boot", "js", bootSource.replaceAll("__PORTEN_JS__", manifest.js).replaceAll("__PORTEN_WASM__", manifest.wasm));

const sizes = {};
for (const file of filesIn(fresh)) {
  if (!COMPRESSIBLE.test(file)) continue;
  const content = fs.readFileSync(file);
  const br = zlib.brotliCompressSync(content, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: release ? 11 : 4,
      [zlib.constants.BROTLI_PARAM_LGWIN]: 22,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  fs.writeFileSync(`${file}.br`, br);
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(content, { level: release ? 9 : 4 }));
  sizes[`/${path.relative(fresh, file)}`] = [content.length, br.length];
}
fs.writeFileSync(path.join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

const old = `${site}.old`;
fs.rmSync(old, { recursive: true, force: true });
if (fs.existsSync(site)) fs.renameSync(site, old);
fs.renameSync(fresh, site);
fs.rmSync(old, { recursive: true, force: true });
fs.writeFileSync(stampFile, stamp);

for (const url of Object.values(manifest)) console.log(`site: ${url} ${sizes[url][0]} bytes, ${sizes[url][1]} brotli`);
