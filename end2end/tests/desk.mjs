// The desk: a walk-in by keyboard alone, an application without e-ID and who it is, two boards and the screen.
import assert from "node:assert/strict";
import { CASE_NUMBER, goOn, openCase, send, withoutEId } from "../lib/application.mjs";
import { SCREEN } from "../lib/browser.mjs";
import { journey, test } from "../lib/runner.mjs";
import { knownMonth } from "../lib/steps.mjs";
import { plain, word } from "../lib/words.mjs";

/** Presses Tab until that is where one is. */
async function tabTo(page, wanted) {
  for (let stop = 0; stop < 80; stop += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${wanted}`);
}

/** The board, signed in. */
async function board(world, { lang, scripts }, persona) {
  const person = await world.person({ lang, scripts, viewport: SCREEN });
  await person.signIn(persona);
  await person.go("/personal/reception");
  return person;
}

/** A keyboard that counts its keys: how fast somebody is registered, whoever types. */
function keyboard(page) {
  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const type = async (text) => {
    for (const letter of text) await press(letter);
  };
  return { press, type, keys: () => keys };
}

journey("desk: a walk-in by keyboard alone", ["sv", "ar"], async (world, mode) => {
  const { lang } = mode;
  const { page } = await board(world, mode, "rut");
  const button = (key, given) => page.getByRole("button", { name: word(lang, key, given), exact: true });

  // The field has the focus: Enter alone gives a number.
  await page.locator("[name=who]:focus").waitFor();
  const { press, keys } = keyboard(page);
  await press("Enter");
  await page.waitForURL("**/reception?nummer=*");
  assert.equal(keys(), 1, "from the field to a number");
  const number = await page.locator(".desk-given .board-number").innerText();
  assert.match(number, /^\d{1,3}$/);
  await page.locator("[name=who]:focus").waitFor();

  await tabTo(page, button("reception.queue.call", { number }));
  await page.keyboard.press("Enter");
  await button("reception.queue.finish", { number }).waitFor();
  await tabTo(page, button("reception.queue.finish", { number }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/reception?klar=*");
  await page.getByText(word(lang, "reception.finished.title", { number })).waitFor();

  // Every talk ends with the question, and a name is enough.
  await tabTo(page, page.getByRole("link", { name: word(lang, "reception.finished.apply"), exact: true }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: word(lang, "reception.apply.title") }).waitFor();
  await page.locator("[name=name]:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".error-summary").waitFor();
  await tabTo(page, page.locator("[name=name]"));
  await page.keyboard.type("Tomas <T>");
  await page.keyboard.press("Enter");
  await page.locator(".answer").waitFor();
  const receipt = plain(await page.locator("main").innerText());
  assert.ok(receipt.includes(plain(word(lang, "reception.receipt.title"))));
  const [found] = receipt.match(CASE_NUMBER);
  assert.ok(!receipt.includes("Tomas"), "a paper that is left behind names nobody");

  const karin = await world.person({ ...mode, viewport: SCREEN });
  await karin.signIn("karin");
  await openCase(karin, found);
  const text = plain(await karin.page.locator("main").innerText());
  for (const said of ["Tomas <T>", word(lang, "casework.door.desk"), word(lang, "casework.case.claimed")]) {
    assert.ok(text.includes(plain(said)), `the case says ${said}`);
  }
});

journey("desk: several could be meant", ["sv", "ar"], async (world, mode) => {
  const { lang } = mode;
  const { page } = await board(world, mode, "rut");
  const chosen = page.getByRole("heading", { level: 1, name: word(lang, "reception.choose.title") });
  await page.locator("[name=who]:focus").waitFor();
  const { press, type, keys } = keyboard(page);
  await type("Mari");
  await press("Enter");
  await chosen.waitFor();
  const first = page.locator(".desk-ways button").first();
  await page.locator(".desk-ways button:focus").waitFor();
  assert.ok(await first.evaluate((element) => element === document.activeElement), "the first way on has the focus");
  assert.equal(plain(await first.innerText()), "Maria");
  assert.doesNotMatch(plain(await page.locator("main").innerText()), CASE_NUMBER, "nothing says whether there is a case");
  await press("Enter");
  await page.waitForURL("**/reception?nummer=*");
  assert.equal(keys(), "Mari".length + 2, "from the field to a number: the letters and two keys");

  // Or nothing but a number.
  await page.locator("[name=who]:focus").waitFor();
  await type("Mari");
  await press("Enter");
  await chosen.waitFor();
  await page.getByRole("button", { name: word(lang, "reception.choose.number"), exact: true }).click();
  await page.waitForURL("**/reception?nummer=*");
});

/** Numbers that nobody has, with a check digit that does not fit: one for each journey. */
let numbers = 0;

journey("desk: without e-ID, and then who it is", ["sv", "ar"], async (world, mode) => {
  const { lang } = mode;
  const phone = await world.person(mode);
  const code = await withoutEId(phone);
  assert.match(code, /^[0-9A-Z]{4}([ -][0-9A-Z]{4}){2}$/);
  await phone.page.locator("[name=name]").fill("Tomas T");
  await phone.page.locator("select[name=office]").selectOption("sodra");
  await phone.page.locator("[name=way][value=phone]").check();
  await phone.page.locator("[name=phone]").fill("070-174 06 05");
  await goOn(phone, "hushall");
  await phone.close();

  // Another telephone: the code leads to what was written. Upper and lower case are the same.
  const other = await world.person(mode);
  const { page } = other;
  const type = async (typed) => {
    await other.go("/ansok");
    await page.locator("[name=code]").fill(typed);
    await page.getByRole("button", { name: word(lang, "application.start.code_go"), exact: true }).click();
  };
  await type("0000 0000 0000");
  await page.locator(".error-summary").waitFor();
  assert.equal(await page.locator("[name=code]").inputValue(), "0000 0000 0000");
  await type(code.toLowerCase().replace(/[ -]/g, ""));
  await page.waitForURL("**/ansok/kontakt");
  assert.equal(await page.locator("[name=name]").inputValue(), "Tomas T");
  await goOn(other, "hushall");
  await page.locator("[name=adults][value='1']").check();
  await goOn(other, "situation");
  await other.go("/ansok/behov");
  await page.locator("select[name=month]").selectOption((await knownMonth(world, page)).month);
  await page.locator("[name=need]").fill("Mat.");
  await goOn(other, "konto");
  await page.locator("[name=account][value=none]").check();
  await goOn(other, "papper");
  await page.getByRole("link", { name: word(lang, "application.papers.go_on") }).click();
  await page.waitForURL("**/ansok/kontrollera");
  const { number } = await send(other);
  const receipt = plain(await page.locator("main").innerText());
  assert.ok(receipt.includes(plain(word(lang, "application.receipt.who_title"))));
  for (const path of ["/mina-sidor", "/mina-sidor/ansokan", "/mina-sidor/beslut", "/mina-sidor/meddelanden"]) {
    await other.go(path);
    assert.equal(new URL(page.url()).pathname, "/logga-in", `${path} is not for a code`);
  }

  const karin = await world.person({ ...mode, viewport: SCREEN });
  await karin.signIn("karin");
  const claimed = word(lang, "casework.claimed");
  const row = karin.page.getByRole("row").filter({ hasText: number });
  await karin.go("/personal/mottagning");
  assert.ok((await row.innerText()).includes(claimed), "staff see that the identity is to be confirmed");

  const rut = await board(world, mode, "rut");
  await rut.page.getByRole("link", { name: word(lang, "reception.identity.link") }).click();
  await rut.page.locator("[name=case_number]").fill("2026-99999");
  await rut.page.keyboard.press("Enter");
  await rut.page.locator(".error-summary").waitFor();
  await rut.page.locator("[name=case_number]").fill(number);
  await rut.page.keyboard.press("Enter");
  await rut.page.getByRole("heading", { level: 1, name: word(lang, "reception.identity.compare") }).waitFor();
  assert.ok((await rut.page.locator(".facts").innerText()).includes("Tomas T"));
  await rut.page.locator("[name=personal_number]").fill(`19850199-000${numbers++}`);
  await rut.page.keyboard.press("Enter");
  // The check digit does not fit: looked at once more, never refused.
  await rut.page.locator(".error-summary").waitFor();
  await rut.page.getByRole("button", { name: word(lang, "reception.identity.confirm"), exact: true }).click();
  await rut.page.waitForURL("**/identitet?klar");
  await rut.page.getByText(word(lang, "reception.identity.confirmed")).waitFor();

  await karin.go("/personal/mottagning");
  assert.ok(!(await row.innerText()).includes(claimed), "confirmed");
});

journey("desk: two boards and one screen", ["sv", "ar"], async (world, mode) => {
  const { lang, scripts } = mode;
  const rut = await board(world, mode, "rut");
  const joel = await board(world, mode, "joel");
  const screen = await world.person({ ...mode, viewport: SCREEN });
  await screen.go("/skarm/sodra");
  // With scripts the open pages stay open; without, one looks again, and the screen does so by itself.
  const mark = (person) => person.page.evaluate(() => (window.stillHere = true));
  const kept = async (person, what) => assert.equal(await person.page.evaluate(() => window.stillHere), true, what);
  const look = async (person) => {
    if (scripts) return;
    await person.page.getByRole("link", { name: word(lang, "reception.refresh"), exact: true }).click();
    await person.page.waitForURL("**/personal/reception");
  };
  const seen = { timeout: 20_000 };
  const button = ({ page }, key, number) => page.getByRole("button", { name: word(lang, key, { number }), exact: true });
  if (scripts) {
    await mark(joel);
    await mark(screen);
    // The field one types in is left alone.
    await joel.page.locator("[name=who]").fill("Anna-Stina");
  }

  await rut.page.getByRole("button", { name: word(lang, "reception.register.submit"), exact: true }).click();
  await rut.page.locator(".desk-given").waitFor();
  const number = await rut.page.locator(".desk-given .board-number").innerText();
  await look(joel);
  await button(joel, "reception.queue.call", number).waitFor(seen);
  if (scripts) await mark(rut);

  await button(joel, "reception.queue.call", number).click();
  await button(joel, "reception.queue.finish", number).waitFor();
  const shown = screen.page.locator(".board-number").getByText(number, { exact: true });
  await shown.waitFor(seen);
  const said = plain(await screen.page.locator("#ko .board").innerText());
  assert.match(said, /^\d{3,4}( \d{3,4})*$/, "numbers only");
  assert.equal(await screen.page.locator("a, button").count(), 0, "nothing to press on a wall");
  if (scripts) await kept(screen, "the screen did not load anew");
  await look(rut);
  await button(rut, "reception.queue.finish", number).waitFor(seen);
  if (scripts) await kept(rut, "the board did not load anew");

  // Both press: one was first, and the other is told.
  await button(rut, "reception.queue.finish", number).click();
  await rut.page.waitForURL("**/reception?klar=*");
  await look(joel);
  await button(joel, "reception.queue.finish", number).waitFor({ state: "detached", ...seen });
  await shown.waitFor({ state: "detached", ...seen });

  if (scripts) {
    // Whoever reads what is done stays there when the board changes, and is told what has changed.
    const told = () => joel.page.locator("#ko-sagt").textContent();
    const before = await told();
    await joel.page.locator("#ko summary").press("Enter");
    await rut.page.getByRole("button", { name: word(lang, "reception.register.submit"), exact: true }).click();
    await joel.page.waitForFunction((text) => document.getElementById("ko-sagt").textContent !== text, before, seen);
    assert.ok(await joel.page.locator("#ko details").evaluate((details) => details.open), "open as it was");
    assert.ok(await joel.page.evaluate(() => document.activeElement?.localName === "summary"), "the focus stays");
  }
});

/** Rut registers somebody; gives the button that calls the number, on the other board. */
async function arrival(world, mode, other) {
  const { page } = await board(world, mode, "rut");
  await page.getByRole("button", { name: word(mode.lang, "reception.register.submit"), exact: true }).click();
  await page.locator(".desk-given").waitFor();
  const number = await page.locator(".desk-given .board-number").innerText();
  return other.page.getByRole("button", { name: word(mode.lang, "reception.queue.call", { number }), exact: true });
}

test("desk: a board that cannot be told looks by itself", async (world) => {
  const mode = { lang: "sv", scripts: true };
  const joel = await world.person({ ...mode, viewport: SCREEN });
  await joel.page.addInitScript(() => delete window.EventSource);
  await joel.signIn("joel");
  await joel.go("/personal/reception");
  assert.equal(await joel.page.evaluate(() => typeof window.EventSource), "undefined");
  await joel.page.evaluate(() => (window.stillHere = true));
  await (await arrival(world, mode, joel)).waitFor({ timeout: 5_000 });
  assert.equal(await joel.page.evaluate(() => window.stillHere), true, "the board did not load anew");
});

test("desk: a board whose stream is refused looks by itself and asks for the stream again", async (world) => {
  const mode = { lang: "sv", scripts: true };
  const joel = await world.person({ ...mode, viewport: SCREEN });
  let asked = 0;
  await joel.page.route("**/api/v1/events?*", (route) => {
    asked += 1;
    return asked === 1 ? route.fulfill({ status: 429 }) : route.continue();
  });
  const again = joel.page.waitForResponse((answer) => answer.url().includes("/api/v1/events?") && answer.status() === 200, {
    timeout: 20_000,
  });
  again.catch(() => {});
  await joel.signIn("joel");
  await joel.go("/personal/reception");
  await (await arrival(world, mode, joel)).waitFor({ timeout: 5_000 });
  await again;
  assert.equal(asked, 2);
});
