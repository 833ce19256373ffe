// Draws every page for people to look at: end2end/results/<width>-<language>-<page>.png, and the two pictures of the
// README. usage: node end2end/screenshots.mjs [part of a picture's name]
import fs from "node:fs";
import path from "node:path";
import { PHONE, SCREEN, openPerson } from "./lib/browser.mjs";
import { onEveryPage } from "./lib/pages.mjs";
import { root } from "./lib/program.mjs";
import { results, withWorld } from "./lib/runner.mjs";
import { fillExample, fillRest, knownMonth } from "./lib/steps.mjs";

const filter = process.argv[2] ?? "";
const DARK = ["start", "rakna", "rakna-svar", "rakna-fel", "boka-1-tid", "reception", "ansok-kontakt", "beslut-oppnat", "arende"];

/** The pictures of the README: a phone with an answer, the desk. */
async function readme(world) {
  const folder = path.join(root, "docs/images");
  fs.mkdirSync(folder, { recursive: true });
  const phone = await openPerson(world, { viewport: PHONE, scale: 2 });
  await phone.go("/rakna");
  const { month } = await knownMonth(world, phone.page);
  await fillExample(phone.page, "sv", month);
  await fillRest(phone.page);
  await phone.page.locator("#rakna .actions").last().getByRole("button").click();
  await phone.page.locator(".answer").waitFor();
  await phone.page.screenshot({ path: path.join(folder, "phone.png") });
  await phone.close();
  const desk = await openPerson(world, { viewport: SCREEN });
  await desk.signIn("rut");
  await desk.go("/personal/reception");
  await desk.page.screenshot({ path: path.join(folder, "desk.png") });
  await desk.close();
}

await withWorld(async (base) => {
  fs.mkdirSync(results, { recursive: true });
  let drawn = 0;
  if (!filter || filter === "readme") await readme(base);
  for (const viewport of [PHONE, SCREEN]) {
    for (const lang of ["sv", "ar"]) {
      const persons = [];
      const world = {
        ...base,
        async person(options) {
          persons.push(await openPerson(base, options));
          return persons.at(-1);
        },
      };
      await onEveryPage(world, { lang, viewport }, async (name, { page }) => {
        const draw = async (suffix) => {
          const file = `${viewport.width}-${lang}-${name}${suffix}.png`;
          if (!file.includes(filter)) return;
          await page.screenshot({ path: path.join(results, file), fullPage: viewport === PHONE });
          drawn += 1;
        };
        await draw("");
        if (DARK.includes(name)) {
          await page.emulateMedia({ colorScheme: "dark" });
          await draw("-dark");
          await page.emulateMedia({ colorScheme: "light" });
        }
      });
      for (const person of persons) {
        for (const problem of new Set(person.problems)) console.log(`problem: ${problem}`);
        await person.close();
      }
    }
  }
  console.log(`${drawn} pictures in ${path.relative(process.cwd(), results) || "."}`);
});
