// The accessibility tree as snapshots: the same with scripts and without.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { onEveryPage } from "../lib/pages.mjs";
import { root } from "../lib/program.mjs";
import { journey } from "../lib/runner.mjs";
import { masked } from "../lib/words.mjs";

const folder = path.join(root, "end2end/snapshots");
const update = process.argv.includes("--update");
const TREES = [
  ...["start", "rakna", "rakna-fel", "logga-in", "finns-inte", "besok-inga"],
  ...["ansok", "ansok-kontakt", "ansok-hushall", "ansok-inkomster", "ansok-kostnader", "ansok-behov", "ansok-konto"],
  ...["ansok-handlingar-fel", "ansok-kontrollera", "ansok-kvitto", "meddelanden", "beslut-oppnat", "beslut-att-oppna"],
  ...["reception-ansokan", "identitet", "skarm-ingen", "arende", "berakning", "beslut-utkast", "granska"],
];
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const seen = new Map();

journey("tree", ["sv", "ar"], async (world, { lang, scripts }) => {
  const differ = [];
  await onEveryPage(world, { lang, scripts }, async (name, person) => {
    if (scripts && name.startsWith("rakna")) await person.awake();
    const drawn = await person.page.locator("body").ariaSnapshot();
    const tree = `${masked(lang, drawn.replace(ID, "‹id›"))}\n`;
    const file = path.join(folder, `${name}.${lang}.yml`);
    const written = seen.get(file); // by the run with scripts: without them it must be the same
    seen.set(file, tree);
    if (update && written === undefined) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(file, tree);
    }
    const kept = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    if (kept !== tree) differ.push({ file, kept, tree });
  }, TREES);
  for (const { file, kept, tree } of differ) {
    assert.equal(tree, kept, `${path.relative(root, file)} differs; --update writes it anew`);
  }
});
