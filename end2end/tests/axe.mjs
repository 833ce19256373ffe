// axe on every page: no violations, in Swedish and Arabic, light and dark.
import fs from "node:fs";
import path from "node:path";
import { SCREEN, PHONE } from "../lib/browser.mjs";
import { onEveryPage } from "../lib/pages.mjs";
import { root } from "../lib/program.mjs";
import { test } from "../lib/runner.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// An empty page with a neutral title has nothing to head or to mark.
const EMPTY = ["landmark-one-main", "page-has-heading-one"];

async function violations(name, { page }, rules) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    ([options]) => window.axe.run(document, options).then((result) => result.violations),
    [
      {
        runOnly: rules ?? TAGS,
        rules: { "target-size": { enabled: true } },
        resultTypes: ["violations"],
      },
    ],
  );
  return found
    .filter((violation) => !(name === "ny-flik" && EMPTY.includes(violation.id)))
    .flatMap((violation) =>
      violation.nodes.map((node) => `${name}: ${violation.id}: ${node.target.join(" ")} (${violation.help})`),
    );
}

for (const [lang, viewport] of [["sv", PHONE], ["sv", SCREEN], ["ar", PHONE]]) {
  test(`axe: every page, ${lang}, ${viewport.width} px`, async (world) => {
    const found = [];
    await onEveryPage(world, { lang, viewport }, async (name, person) => {
      found.push(...(await violations(name, person)));
      if (viewport === SCREEN) return;
      // Only the colours change, and they are the same on a screen.
      await person.page.emulateMedia({ colorScheme: "dark" });
      found.push(...(await violations(`${name} (dark)`, person, ["cat.color"])));
      await person.page.emulateMedia({ colorScheme: "light" });
    });
    if (found.length > 0) throw new Error(`violations:\n${found.join("\n")}`);
  });
}
