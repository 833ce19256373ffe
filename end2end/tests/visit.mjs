// Booking in three steps, cancelling, and the desk's list.
import assert from "node:assert/strict";
import { journey } from "../lib/runner.mjs";
import { back, cancelAll, chooseFirstTime, focused } from "../lib/steps.mjs";
import { plain, word } from "../lib/words.mjs";

journey("visit: book in three steps and cancel", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  const heading = (key) => page.getByRole("heading", { level: 1, name: word(lang, key) }).waitFor();
  await person.signIn("anna");
  await cancelAll(person);
  await person.go("/mina-sidor/besok");
  await page.getByText(word(lang, "visit.list.none")).waitFor();
  await page.getByRole("link", { name: word(lang, "visit.list.book") }).click();
  await heading("visit.slots.title");

  // Another office is asked for by the button, without a script.
  await page.locator("select[name=kontor]").selectOption("norra");
  await page.getByRole("button", { name: word(lang, "visit.slots.show") }).click();
  await page.waitForURL("**/boka?kontor=norra*");

  // Nothing chosen: said in the summary, which leads to the times.
  if ((await page.locator(".slot-input:checked").count()) === 0) {
    await page.getByRole("button", { name: word(lang, "visit.slots.go_on") }).click();
    await page.locator(".error-summary").waitFor();
    assert.equal((await focused(page)).class, "error-summary");
    await page.locator(".error-summary a").click();
    assert.equal((await focused(page)).id, "f-slot_id");
    assert.ok((await page.locator("#f-slot_id .slot-input").count()) > 0, "the link leads to the times");
  }
  const chosen = await chooseFirstTime(page, lang);

  await heading("visit.details.title");
  await page.locator("[name=interpreter][value=yes]").check();
  await page.locator("select[name=language]").selectOption("so");
  await page.locator("textarea[name=needs]").fill("Rullstol & hörselslinga <tack>");
  await page.getByRole("button", { name: word(lang, "visit.details.go_on") }).click();

  await page.waitForURL("**/boka/bekrafta");
  await heading("visit.confirm.title");
  // Back to a step and on again: what was written is still there.
  await page.locator(".facts-change a[href$=uppgifter]").first().click();
  assert.equal(await page.locator("textarea[name=needs]").inputValue(), "Rullstol & hörselslinga <tack>");
  assert.equal(await page.locator("[name=interpreter][value=yes]").isChecked(), true);
  await page.getByRole("button", { name: word(lang, "visit.details.go_on") }).click();
  await page.waitForURL("**/boka/bekrafta");
  const facts = plain(await page.locator(".facts").innerText());
  for (const said of [chosen.day, chosen.time, "Norra", word(lang, "common.spoken.so"), "Rullstol & hörselslinga <tack>"]) {
    assert.ok(facts.includes(plain(said)), `${said} is confirmed`);
  }
  await page.getByRole("button", { name: word(lang, "visit.confirm.submit") }).click();

  await page.waitForURL("**/besok?bokad*");
  const list = plain(await page.locator("main").innerText());
  for (const said of [word(lang, "visit.list.booked"), chosen.day, chosen.time, "Norra"]) {
    assert.ok(list.includes(plain(said)), `${said} stands in the list`);
  }
  assert.equal(await page.locator(".visit").count(), 1);
  const [before, after] = word(lang, "visit.list.number").split(/\{\{.*?\}\}/);
  const number = plain(await page.locator(".visit").innerText());
  assert.match(number.slice(number.indexOf(plain(before)) + plain(before).length), /^ ?\d{1,3} /, after);

  // The button pressed once more, as after "back": still one visit.
  await back(page);
  if (new URL(page.url()).pathname.endsWith("/bekrafta")) {
    await page.getByRole("button", { name: word(lang, "visit.confirm.submit") }).click();
    await page.waitForURL("**/besok?bokad*");
  }
  await person.go("/mina-sidor/besok");
  assert.equal(await page.locator(".visit").count(), 1);

  await page.getByRole("link", { name: word(lang, "visit.list.cancel"), exact: true }).click();
  await heading("visit.cancel.title");
  await page.getByRole("link", { name: word(lang, "visit.cancel.keep") }).click();
  assert.equal(await page.locator(".visit").count(), 1, "kept");
  await page.getByRole("link", { name: word(lang, "visit.list.cancel"), exact: true }).click();
  await page.getByRole("button", { name: word(lang, "visit.cancel.submit") }).click();
  await page.waitForURL("**/besok?avbokad*");
  await page.getByText(word(lang, "visit.list.cancelled")).waitFor();
  assert.equal(await page.locator(".visit").count(), 0);
});

/** Whether the sample's first visitor, twenty minutes after the start, still comes today in the sample's place. */
function visitorsToday() {
  const local = new Date().toLocaleTimeString("sv-SE", { timeZone: "Europe/Stockholm" });
  return local < "23:00" && local > "00:05";
}

journey("desk: today's visitors by time and number", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts, viewport: { width: 1280, height: 800 } });
  const { page } = person;
  await person.signIn("rut");
  await page.getByRole("link", { name: word(lang, "account.staff.reception") }).click();
  await page.waitForURL("**/personal/reception");
  await page.getByRole("heading", { level: 1, name: word(lang, "reception.title", { office: "Södra" }) }).waitFor();
  const rows = page.locator("[aria-labelledby=bokade] .queue-row");
  if (visitorsToday()) {
    assert.ok((await rows.count()) >= 2, "the sample's visitors are there");
    for (const row of await rows.all()) {
      assert.match(plain(await row.locator(".queue-text").innerText()), /^\d\d[.:]\d\d /, "a time");
      assert.match(plain(await row.locator(".queue-number").innerText()), /^\d{1,3}$/, "a number");
    }
    await rows.getByText(word(lang, "reception.interpreter")).first().waitFor();
  }
  const text = await page.locator("main").innerText();
  for (const name of ["Anna", "Maria", "Provperson"]) assert.ok(!text.includes(name), `the list names ${name}`);
  await page.getByRole("link", { name: word(lang, "reception.refresh"), exact: true }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("button", { name: word(lang, "common.sign_out") }).click();
  await page.waitForURL("**/logga-in?utloggad*");
});
