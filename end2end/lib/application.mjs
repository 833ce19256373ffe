// What several tests do with an application: fill it in, send it, find its case.
import { knownMonth } from "./steps.mjs";
import { plain, word } from "./words.mjs";

/** A case's number, as on the receipt. */
export const CASE_NUMBER = /\d{4}-\d{5}/;

const PICTURE = Buffer.concat([
  Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  Buffer.alloc(2000, 0x20),
  Buffer.from("ffd9", "hex"),
]);
const BILL = Buffer.from("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");

/** A photographed paper and a bill. */
export const PAPERS = [
  { name: "kontoutdrag.jpg", mimeType: "image/jpeg", buffer: PICTURE },
  { name: "hyresavi <1>.pdf", mimeType: "application/pdf", buffer: BILL },
];

/** Presses "save and go on", and waits for that page. */
export async function goOn({ page, lang }, to) {
  await page.getByRole("button", { name: word(lang, "application.go_on"), exact: true }).click();
  await page.waitForURL(`**/ansok/${to}`);
}

/** Without e-ID: gives the code, and stops at the first step. */
export async function withoutEId(person) {
  const { page, lang } = person;
  await person.go("/ansok");
  await page.getByRole("button", { name: word(lang, "application.start.without"), exact: true }).click();
  const code = plain(await page.locator(".resume-code").innerText());
  await page.getByRole("link", { name: word(lang, "application.code.go_on") }).click();
  await page.waitForURL("**/ansok/kontakt");
  return code;
}

/** Answers all that must be answered, from the first step to the check before sending. `name`: of a person without e-ID. */
export async function answerAll(world, person, { name, costs = { rent: "6100", electricity: "400" } } = {}) {
  const { page } = person;
  await person.go("/ansok/kontakt");
  if (name) await page.locator("[name=name]").fill(name);
  await page.locator("select[name=office]").selectOption("sodra");
  await page.locator("[name=way][value=letter]").check();
  await page.locator("[name=postal_address]").fill("c/o Ek, Storgatan 1, 123 45 Exempelstad");
  await page.locator("[name=email]").fill("");
  await goOn(person, "hushall");
  await page.locator("[name=adults][value='1']").check();
  await goOn(person, "situation");
  await person.go("/ansok/kostnader");
  for (const [row, [kind, amount]] of Object.entries(costs).entries()) {
    const chosen = page.locator(`[name='cost.${row}.kind']`);
    if ((await chosen.count()) === 0) {
      await page.getByRole("button", { name: word(person.lang, "application.costs.add") }).click();
    }
    await chosen.selectOption(kind);
    await page.locator(`[name='cost.${row}.amount']`).fill(amount);
  }
  await goOn(person, "behov");
  await page.locator("select[name=month]").selectOption((await knownMonth(world, page)).month);
  await page.locator("[name=need]").fill("Pengarna räcker inte till hyran.");
  await goOn(person, "konto");
  await page.locator("[name=account][value=none]").check();
  await goOn(person, "papper");
  await person.go("/ansok/kontrollera");
}

/** Sends what has been answered. Gives the case's number and the application's id. */
export async function send({ page, lang }) {
  await page.getByRole("button", { name: word(lang, "application.check.send"), exact: true }).click();
  await page.waitForURL("**/ansok/kvitto/*");
  const [number] = plain(await page.locator("main").innerText()).match(CASE_NUMBER);
  return { number, application: new URL(page.url()).pathname.split("/").at(-1) };
}

/** A whole application with nothing more than needed. */
export async function apply(world, person, options) {
  await answerAll(world, person, options);
  return send(person);
}

/** Opens a case from the intake list. Gives its address. */
export async function openCase(person, number) {
  const { page } = person;
  await person.go("/personal/mottagning");
  await page.getByRole("link", { name: number }).click();
  await page.waitForURL(/\/mottagning\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

/** Makes the open case one's own. */
export async function takeCase({ page, lang }) {
  await page.getByRole("button", { name: word(lang, "casework.handler.take") }).click();
  await page.getByText(word(lang, "casework.handler.mine")).waitFor();
}

/** The caseworker's field for a line of the figures: `cost.electricity`, and which part of it. */
export async function figure(page, line, part) {
  const name = await page.locator(`input[name$='.line'][value='${line}']`).getAttribute("name");
  return page.locator(`[name='${name.replace(/line$/, part)}']`);
}

/** The caseworker's field for a need in the draft of a decision. */
export async function need(page, code, part) {
  const name = await page.locator(`input[name$='.need'][value='${code}']`).getAttribute("name");
  return page.locator(`[name='${name.replace(/need$/, part)}']`);
}

export async function saveFigures({ page, lang }) {
  await page.getByRole("button", { name: word(lang, "casework.figures.save") }).click();
}

/** A local day so many days from now, `2026-11-27`. */
export function dayFromNow(days) {
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Stockholm" });
  const day = new Date(`${today}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}
