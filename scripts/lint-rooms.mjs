// The rules of the house that no compiler knows (who may look at whom, locales, styles, names of machines).
// usage: node scripts/lint-rooms.mjs [--self-test]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

// Folders that are not rooms; every other folder of app/src and server/src is one.
const APP_COMMON = new Set(["ui"]);
const SERVER_COMMON = new Set(["config", "http", "auth", "db", "mail", "storage", "jobs", "pdf"]);
// What a store may name besides its own room.
const STORE_MAY_USE = new Set(["db", "error"]);
const NORM_DOC = "docs/NORM.md";
const LOCALES = ["sv", "en", "ar"]; // the first is the one the others are compared with

// --- Reading a tree ---

class Tree {
  constructor(root) {
    this.root = root;
  }
  read(file) {
    return fs.readFileSync(path.join(this.root, file), "utf8");
  }
  exists(file) {
    return fs.existsSync(path.join(this.root, file));
  }
  files(folder, extension = "") {
    const dir = path.join(this.root, folder);
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return this.files(file, extension);
      return file.endsWith(extension) ? [file] : [];
    });
  }
  folders(folder) {
    const dir = path.join(this.root, folder);
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  }
  // What git tracks or would track.
  tracked() {
    const out = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: this.root, maxBuffer: 1 << 28 });
    return out.toString().split("\0").filter((file) => file && this.exists(file) && fs.lstatSync(path.join(this.root, file)).isFile());
  }
}

const blank = (text) => text.replace(/[^\n]/g, " "); // keeps line numbers
// Rust without comments (and without what strings say, if asked).
function rust(source, keepStrings = true) {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^\n]{1,9}|[^\\'\n])'/g;
  return source.replace(token, (text) => (text.startsWith("/") || !keepStrings ? blank(text) : text));
}
const lineAt = (text, index) => text.slice(0, index).split("\n").length;

// Every path a file names, `use` trees spread out and `self`/`super` resolved: [{ path: ["crate","visit","store"], line }].
function pathsIn(source, file) {
  const text = rust(source, false);
  const inSource = file.slice(file.indexOf("/src/") + 5).replace(/\.rs$/, "").split("/");
  if (["mod", "lib", "main"].includes(inSource.at(-1))) inSource.pop();
  const here = ["crate", ...inSource];
  const resolve = (segments) => {
    if (segments[0] !== "self" && segments[0] !== "super") return segments;
    const base = [...here];
    let rest = [...segments];
    if (rest[0] === "self") rest.shift();
    while (rest[0] === "super") {
      base.pop();
      rest.shift();
    }
    return [...base, ...rest];
  };
  const found = [];
  const spread = (prefix, tree, line) => {
    const open = tree.indexOf("{");
    if (open < 0) {
      const segments = tree.replace(/\s+as\s+\w+/, "").split("::").map((s) => s.trim()).filter(Boolean);
      found.push({ path: resolve([...prefix, ...segments]), line });
      return;
    }
    const head = tree.slice(0, open).split("::").map((s) => s.trim()).filter(Boolean);
    const inner = tree.slice(open + 1, tree.lastIndexOf("}"));
    let depth = 0, start = 0;
    for (let i = 0; i <= inner.length; i++) {
      if (inner[i] === "{") depth++;
      else if (inner[i] === "}") depth--;
      else if (i === inner.length || (inner[i] === "," && depth === 0)) {
        const part = inner.slice(start, i).trim();
        if (part) spread([...prefix, ...head], part, line);
        start = i + 1;
      }
    }
  };
  const withoutUse = text.replace(/\buse\s+([^;]+);/g, (all, tree, index) => {
    spread([], tree, lineAt(text, index));
    return blank(all);
  });
  for (const match of withoutUse.matchAll(/\b[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+/g))
    found.push({ path: resolve(match[0].split("::").map((s) => s.trim())), line: lineAt(text, match.index) });
  return found;
}

// --- The rules: each takes a tree and yields [file, line, message] ---

const rules = {
  *"app-rooms"(tree) {
    const rooms = tree.folders("app/src").filter((name) => !APP_COMMON.has(name));
    for (const room of rooms)
      for (const file of tree.files(`app/src/${room}`, ".rs"))
        for (const { path: p, line } of pathsIn(tree.read(file), file))
          if (p[0] === "crate" && rooms.includes(p[1]) && p[1] !== room && (p[2] === "pages" || p[2] === "forms"))
            yield [file, line, `room ${room} looks into another room's ${p[2]}: ${p.join("::")} (shared looks live in ui/)`];
  },

  *"server-stores"(tree) {
    const rooms = tree.folders("server/src").filter((name) => !SERVER_COMMON.has(name));
    for (const room of rooms)
      for (const file of tree.files(`server/src/${room}`, ".rs")) {
        const isStore = /\/store(\.rs|\/)/.test(file);
        for (const { path: p, line } of pathsIn(tree.read(file), file)) {
          if (p.includes("PgPool")) yield [file, line, "a room never sees the pool: db::begin opens its transaction"];
          if (p[0] !== "crate" || p[1] === room || p.length < 2) continue;
          if (rooms.includes(p[1]) && p[2] === "store") yield [file, line, `room ${room} reaches into another room's store: ${p.join("::")} (use its service)`];
          else if (isStore && !STORE_MAY_USE.has(p[1])) yield [file, line, `a store uses only db: ${p.join("::")}`];
        }
      }
  },

  *"server-api"(tree) {
    for (const room of tree.folders("server/src").filter((name) => !SERVER_COMMON.has(name)))
      for (const file of tree.files(`server/src/${room}`, ".rs").filter((name) => /\/api(\.rs|\/)/.test(name)))
        for (const { path: p, line } of pathsIn(tree.read(file), file))
          if (p[0] === "sqlx" || (p[0] === "crate" && p[2] === "store")) yield [file, line, `REST calls the port, never the store or SQL: ${p.join("::")}`];
  },

  *environment(tree) {
    for (const file of ["domain/src", "app/src", "app/client/src", "server/src"].flatMap((folder) => tree.files(folder, ".rs"))) {
      if (file.startsWith("server/src/config/") || file === "server/src/config.rs") continue;
      for (const { path: p, line } of pathsIn(tree.read(file), file)) {
        const env = p.indexOf("env");
        if (env >= 0 && env <= 1 && /^(var|var_os|vars|vars_os|set_var|remove_var|\*)$/.test(p[env + 1] ?? ""))
          yield [file, line, `only server/src/config reads the environment: ${p.join("::")}`];
      }
    }
  },

  *"concrete-services"(tree) {
    const owner = new Map();
    for (const file of tree.files("server/src", ".rs").filter((name) => /\/service(\.rs|\/)/.test(name)))
      for (const match of rust(tree.read(file)).matchAll(/\bstruct\s+(\w+Service)\b/g)) owner.set(match[1], file);
    for (const file of tree.files("server/src", ".rs").filter((name) => !/^server\/src\/startup(\.rs|\/)/.test(name)))
      for (const { path: p, line } of pathsIn(tree.read(file), file)) {
        const at = p.findIndex((segment) => owner.has(segment));
        if (at >= 0 && p[at + 1] === "new" && path.dirname(owner.get(p[at])) !== path.dirname(file))
          yield [file, line, `only startup.rs makes concrete services: ${p.slice(at).join("::")}`];
      }
  },

  *"heavy-crates"(tree) {
    for (const crate of ["domain", "app", "app/client"]) {
      const file = `${crate}/Cargo.toml`;
      if (tree.exists(file))
        for (const [index, line] of tree.read(file).split("\n").entries()) {
          const match = line.replace(/#.*/, "").match(/\b(sqlx|lettre|tokio)\b/);
          if (match) yield [file, index + 1, `${crate} never knows ${match[1]}`];
        }
      for (const source of tree.files(`${crate}/src`, ".rs"))
        for (const { path: p, line } of pathsIn(tree.read(source), source))
          if (["sqlx", "lettre", "tokio"].includes(p[0])) yield [source, line, `${p[0]} belongs to the server`];
    }
  },

  *locales(tree) {
    if (!tree.exists("locales")) return;
    const languages = tree.folders("locales");
    for (const language of LOCALES) if (!languages.includes(language)) yield [`locales/${language}`, 1, "this language is missing"];
    const names = new Set(languages.flatMap((language) => tree.files(`locales/${language}`, ".json").map((file) => path.basename(file))));
    for (const name of names) {
      const texts = new Map();
      for (const language of languages) {
        const file = `locales/${language}/${name}`;
        if (!tree.exists(file)) {
          yield [file, 1, "this file exists in another language"];
          continue;
        }
        try {
          texts.set(language, flatten(JSON.parse(tree.read(file))));
        } catch (error) {
          yield [file, 1, `no JSON: ${error.message}`];
        }
      }
      const first = texts.has(LOCALES[0]) ? LOCALES[0] : [...texts.keys()][0];
      const keys = new Set([...texts.values()].flatMap((map) => [...map.keys()]));
      for (const [language, map] of texts) {
        const file = `locales/${language}/${name}`;
        for (const key of keys) {
          const entry = map.get(key);
          if (!entry) {
            yield [file, 1, `key ${key} is missing (another language has it)`];
            continue;
          }
          if (entry.texts.some((text) => text.trim() === "")) yield [file, 1, `key ${key} is empty`];
          // After Arabic letters 2026-01432 would be shown as 01432-2026.
          if (language === "ar" && entry.texts.some((text) => /\d-\d/.test(text.replace(/\u2066[^\u2069]*\u2069/g, ""))))
            yield [file, 1, `key ${key} has a number with a hyphen outside of U+2066 … U+2069`];
          const model = texts.get(first)?.get(key);
          if (model && String(model.holes) !== String(entry.holes))
            yield [file, 1, `key ${key} has the holes [${entry.holes}], ${first} has [${model.holes}]`];
          if (model && (model.forms.length > 0) !== (entry.forms.length > 0)) yield [file, 1, `key ${key} is plural in one language only`];
          if (entry.forms.length > 0) {
            const wanted = new Intl.PluralRules(language, { type: entry.ordinal ? "ordinal" : "cardinal" }).resolvedOptions().pluralCategories;
            for (const form of wanted) if (!entry.forms.includes(form)) yield [file, 1, `key ${key} lacks the plural form ${form}`];
            for (const form of entry.forms) if (!wanted.includes(form)) yield [file, 1, `key ${key} has the plural form ${form}, which ${language} does not know`];
          }
        }
      }
    }
  },

  *"inline-styles-and-scripts"(tree) {
    const bad = [
      [/\sstyle(?::[\w-]+)?=(?![=>\s])/g, "no style attributes (the content policy refuses them): use a class"],
      [/<script(?![^>]*\ssrc\s*=)/gi, "no inline scripts (the content policy refuses them)"],
      [/\son[a-z]+=["'{]/g, "no inline event handlers: use on:event in an island"],
    ];
    for (const file of tree.files("app/src", ".rs")) {
      if (/\/tests(\.rs|\/)/.test(file)) continue; // tests look for just these strings
      const text = rust(tree.read(file)).replace(/#\[cfg\(test\)\]\s*mod\s+\w+\s*\{[\s\S]*/, blank);
      for (const [pattern, message] of bad) for (const match of text.matchAll(pattern)) yield [file, lineAt(text, match.index + 1), message];
    }
  },

  // docs/NORM.md names rules by `file::name`: below the engine, below its tests, or from the root.
  *"norm-names"(tree) {
    if (!tree.exists(NORM_DOC)) return;
    const text = tree.read(NORM_DOC);
    for (const match of text.matchAll(/`([\w./-]+\.rs)::(\w+)`/g)) {
      const files = ["domain/src/norm/", "domain/tests/norm/", ""].map((base) => base + match[1]).filter((file) => tree.exists(file));
      const found = files.some((file) => new RegExp(`\\b(?:fn|const|static|struct|enum|type|trait)\\s+${match[2]}\\b|^\\s+${match[2]} \\{$`, "m").test(rust(tree.read(file))));
      if (!found) yield [NORM_DOC, lineAt(text, match.index), `there is no ${match[1]}::${match[2]}`];
    }
  },

  *"machine-names"(tree) {
    // Spelt in pieces so that this file does not find itself.
    const hosts = [["crates", "io"], ["npmjs", "(?:org|com)"], ["pypi", "org"], ["pythonhosted", "org"], ["debian", "org"], ["ubuntu", "com"], ["golang", "org"], ["nodesource", "com"], ["yarnpkg", "com"]];
    const host = new RegExp(`\\b(?:${hosts.map((parts) => parts.join("\\.")).join("|")})\\b`);
    const folder = new RegExp(`(?<![\\w.$}~*/:-])/(?:${["root", "work", "home/[a-z][\\w-]*", "Users/\\w+", "mnt"].join("|")})/`);
    for (const file of tree.tracked()) {
      if (/(^|\/)(Cargo\.lock|package-lock\.json)$/.test(file)) continue;
      const text = tree.read(file);
      if (text.includes("\0")) continue;
      for (const [index, line] of text.split("\n").entries()) {
        if (folder.test(line)) yield [file, index + 1, "a path of one machine"];
        if (host.test(line)) yield [file, index + 1, "the address of a package registry"];
      }
    }
  },

  *"physical-styles"(tree) {
    const sides = (value) => value.replace(/!important/, "").trim().match(/(?:[^\s(]+\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s]+)/g) ?? [];
    for (const file of tree.files("style", ".css")) {
      const source = tree.read(file);
      const excused = new Set(); // lines after or with /* physical: reason */
      for (const match of source.matchAll(/\/\*\s*physical:\s*\S[\s\S]*?\*\//g)) {
        const last = lineAt(source, match.index + match[0].length);
        excused.add(last).add(last + 1);
      }
      const text = source.replace(/\/\*[\s\S]*?\*\//g, blank);
      for (const match of text.matchAll(/(?<=[{;\s]|^)([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)) {
        const [, property, value] = match;
        const line = lineAt(text, match.index);
        if (excused.has(line)) continue;
        let fault = null;
        if (/^(left|right)$|^(margin|padding|border|scroll-margin|scroll-padding)-(left|right)\b|^border-(top|bottom)-(left|right)-radius$/.test(property))
          fault = `${property} does not turn in Arabic: use the inline-start/inline-end property`;
        else if (/^(text-align|float|clear|text-align-last)$/.test(property) && /\b(left|right)\b/.test(value))
          fault = `${property}: ${value.trim()} does not turn in Arabic: use start/end`;
        else if (/^(margin|padding|inset|scroll-margin|scroll-padding)$/.test(property)) {
          const parts = sides(value);
          if (parts.length === 4 && parts[1] !== parts[3]) fault = `${property} with a different left and right does not turn in Arabic`;
        } else if (property === "border-radius" && !value.includes("/")) {
          const [a, b, c, d] = sides(value);
          if (b !== undefined && (a !== b || (c ?? a) !== (d ?? b))) fault = "border-radius with different left and right corners does not turn in Arabic";
        }
        if (fault) yield [file, line, fault];
      }
    }
  },
};

// A locale file as key -> texts, holes ({{ x }} and <tags>), plural forms. The forms of a plural are one key.
function flatten(json, prefix = "", out = new Map()) {
  const siblings = new Set(Object.keys(json));
  for (const [name, value] of Object.entries(json)) {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      flatten(value, `${prefix}${name}.`, out);
      continue;
    }
    const plural = name.match(/^(.+?)(_ordinal)?_(zero|one|two|few|many|other)$/);
    const isPlural = plural && siblings.has(`${plural[1]}${plural[2] ?? ""}_other`);
    const key = prefix + (isPlural ? `${plural[1]}${plural[2] ?? ""}` : name);
    const entry = out.get(key) ?? { texts: [], holes: [], forms: [], ordinal: Boolean(isPlural && plural[2]) };
    const text = typeof value === "string" ? value : JSON.stringify(value);
    entry.texts.push(text);
    if (isPlural) entry.forms.push(plural[3]);
    const holes = [...text.matchAll(/\{\{\s*([\w-]+)/g)].map((match) => match[1]);
    const tags = [...text.matchAll(/<\s*([\w-]+)[^>]*>/g)].map((match) => `<${match[1]}>`);
    // A plural's count may be spelt out ("one child"), and leptos_i18n knows it without a hole.
    entry.holes = [...new Set([...entry.holes, ...holes.filter((hole) => !(isPlural && hole === "count")), ...tags])].sort();
    out.set(key, entry);
  }
  return out;
}

function check(root) {
  const tree = new Tree(root);
  return Object.entries(rules).flatMap(([rule, run]) => [...run(tree)].map(([file, line, message]) => ({ rule, file, line, message })));
}

// --- The rules' own test: a good tree without faults, and for every rule changes that it must find ---

const GOOD = {
  "domain/Cargo.toml": '[dependencies]\nserde = "1"\n',
  "app/Cargo.toml": '[dependencies]\nleptos = "0.8" # never sqlx\n',
  "app/src/ui/mod.rs": 'pub fn link() { view! { <script type="module" src=boot></script> } }\n// <p style="x"> in a comment\n',
  "app/src/visit/pages.rs": "use crate::{norm::port::NormPort, ui, visit::forms};\nuse super::forms::Form;\nlet style = 1;\n",
  "app/src/norm/pages.rs": '#[cfg(test)]\nmod tests { fn t() { assert!(!html.contains("<script>")); } }\n',
  "server/src/config/mod.rs": 'let x = std::env::var("A");\n',
  "server/src/startup.rs": "let v = VisitService::new(); let n = crate::norm::service::NormService::new();\n",
  "server/src/visit/service.rs": "use crate::{db, jobs, norm::service::Norms, visit::store};\npub struct VisitService;\nfn t() { VisitService::new(); }\n",
  "server/src/visit/store.rs": "use crate::db::Tx;\nuse sqlx::PgConnection;\nuse super::service::Row;\n// crate::norm::store\n",
  "server/src/visit/api.rs": "use crate::http::Json;\n",
  "server/src/norm/service.rs": "pub struct NormService;\n",
  "server/src/norm/store.rs": "",
  "locales/sv/a.json": '{"x": "Hej {{ name }}", "n_one": "ett", "n_other": "{{ count }}"}',
  "locales/en/a.json": '{"x": "Hi {{name}}", "n_one": "one", "n_other": "{{ count }}"}',
  "locales/ar/a.json": '{"x": "{{ name }}", "n_zero": "0", "n_one": "1", "n_two": "2", "n_few": "3", "n_many": "11", "n_other": "{{ count }}"}',
  "style/main.css": ".a { margin: 0 1px 2px 1px; text-align: start; inset-inline-start: 0; /* left: 1px */ }\n/* physical: the crest never turns */\n.b { left: 0; }\n.c { transition: left 1s; }\n",
  "README.md": "See /visit and target/root/.\n",
  "domain/src/norm/share.rs": "impl Share { pub fn round_up() {} }\n",
  "domain/tests/norm/share.rs": "fn a_share() {}\n",
  [NORM_DOC]: "`share.rs::round_up`, `share.rs::a_share`, `server/src/norm/service.rs::NormService`, `share.rs`\n",
};
const BAD = [
  ["app-rooms", "app/src/visit/pages.rs", "use crate::norm::pages::Page;"],
  ["app-rooms", "app/src/visit/pages.rs", "use crate::{ui, norm::{port, forms::{A, B}}};"],
  ["app-rooms", "app/src/visit/pages.rs", "fn f() { crate::norm::forms::post() }"],
  ["app-rooms", "app/src/visit/pages.rs", "use super::super::norm::pages;"],
  ["server-stores", "server/src/visit/store.rs", "use crate::norm::store;"],
  ["server-stores", "server/src/visit/service.rs", "use crate::norm::store::find;"],
  ["server-stores", "server/src/visit/store.rs", "use crate::auth::Session;"],
  ["server-stores", "server/src/visit/service.rs", "use sqlx::PgPool;"],
  ["server-api", "server/src/visit/api.rs", "use super::store;"],
  ["server-api", "server/src/visit/api.rs", "use sqlx::query;"],
  ["environment", "server/src/http/mod.rs", 'fn f() { std::env::var("X"); }'],
  ["environment", "domain/src/lib.rs", "use std::env::{self, var_os};"],
  ["environment", "app/src/lib.rs", 'use std::env; fn f() { env::var("X"); }'],
  ["concrete-services", "server/src/http/mod.rs", "fn f() { crate::visit::service::VisitService::new(); }"],
  ["concrete-services", "server/src/norm/api.rs", "fn f() { VisitService::new(); }"],
  ["heavy-crates", "domain/Cargo.toml", '[dependencies]\nsqlx = "0.9"'],
  ["heavy-crates", "app/Cargo.toml", "[dependencies]\ntokio.workspace = true"],
  ["heavy-crates", "app/src/lib.rs", "use lettre::Message;"],
  ["locales", "locales/sv/a.json", '{"x": "Hej {{ name }}", "n_one": "ett", "n_other": "{{ count }}", "new": "ny"}'],
  ["locales", "locales/en/a.json", '{"x": "Hi {{ name }}", "n_one": "one", "n_other": "{{ count }}", "new": "new"}'],
  ["locales", "locales/en/a.json", '{"x": "Hi {{ nam }}", "n_one": "one", "n_other": "{{ count }}"}'],
  ["locales", "locales/ar/a.json", '{"x": "{{ name }}", "n_one": "1", "n_other": "{{ count }}"}'],
  ["locales", "locales/en/a.json", '{"x": "", "n_one": "one", "n_other": "{{ count }}"}'],
  ["locales", "locales/ar/a.json", '{"x": "{{ name }} 2026-01432", "n_zero": "0", "n_one": "1", "n_two": "2", "n_few": "3", "n_many": "11", "n_other": "{{ count }}"}'],
  ["locales", "locales/sv/only.json", "{}"],
  ["locales", "locales/ar/a.json", "{"],
  ["inline-styles-and-scripts", "app/src/ui/mod.rs", 'view! { <p style="color: red"></p> }'],
  ["inline-styles-and-scripts", "app/src/ui/mod.rs", "view! { <p style:width=move || w></p> }"],
  ["inline-styles-and-scripts", "app/src/ui/mod.rs", "view! { <script>{code}</script> }"],
  ["inline-styles-and-scripts", "app/src/ui/mod.rs", 'let html = "<p onclick=\'x\'>";'],
  ["machine-names", "README.md", `Lies in ${["", "root", "porten"].join("/")}.`],
  ["machine-names", "docs/A.md", `Lies in "${["", "home", "anna", "porten"].join("/")}".`],
  ["machine-names", "x/B.toml", `index = "https://static.${["crates", "io"].join(".")}/x"`],
  ["norm-names", NORM_DOC, "`share.rs::round_down`"],
  ["norm-names", NORM_DOC, "`shares.rs::round_up`"],
  ["physical-styles", "style/main.css", ".a { margin-left: 1px }"],
  ["physical-styles", "style/ui/a.css", ".a { color: red; &:hover { right: 0; } }"],
  ["physical-styles", "style/ui/a.css", ".a{text-align:left}"],
  ["physical-styles", "style/ui/a.css", ".a { padding: 0 1px 0 2px; }"],
  ["physical-styles", "style/ui/a.css", ".a { float: right }"],
  ["physical-styles", "style/ui/a.css", ".a { border-top-left-radius: 1px; }"],
  ["physical-styles", "style/ui/a.css", ".a { border-radius: 4px 0 0 4px; }"],
];

function selfTest() {
  const tried = new Set();
  let passed = 0, failed = 0;
  const expect = (good, what) => {
    if (good) passed++;
    else {
      failed++;
      console.error(`lint-rooms: self-test: ${what}`);
    }
  };
  const inTree = (extra, use) => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "lint-rooms-"));
    try {
      for (const [file, content] of Object.entries({ ...GOOD, ...extra })) {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        fs.writeFileSync(path.join(root, file), content);
      }
      execFileSync("git", ["init", "-q"], { cwd: root });
      use(check(root));
    } finally {
      fs.rmSync(root, { recursive: true, force: true });
    }
  };
  inTree({}, (faults) => expect(faults.length === 0, `the good tree has faults: ${JSON.stringify(faults)}`));
  for (const [rule, file, content] of BAD) {
    tried.add(rule);
    inTree({ [file]: `${content}\n` }, (faults) =>
      expect(faults.length > 0 && faults.every((fault) => fault.rule === rule), `${rule} on ${file} (${content}) gave ${JSON.stringify(faults)}`),
    );
  }
  for (const rule of Object.keys(rules)) expect(tried.has(rule), `rule ${rule} has no bad tree`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

if (process.argv[2] === "--self-test") process.exit(selfTest() ? 0 : 1);
const faults = check(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
for (const { rule, file, line, message } of faults) console.error(`${file}:${line}: ${message} [${rule}]`);
process.exit(faults.length > 0 ? 1 : 0);
