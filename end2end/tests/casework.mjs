// The caseworker's morning: the list by age, and two who work on one case.
import assert from "node:assert/strict";
import { apply, figure, openCase, saveFigures, takeCase } from "../lib/application.mjs";
import { SCREEN } from "../lib/browser.mjs";
import { journey } from "../lib/runner.mjs";
import { plain, word } from "../lib/words.mjs";

/** The days that an age in the list says. */
function days(lang, text) {
  if (text === word(lang, "casework.intake.today")) return 0;
  if (text === word(lang, "casework.intake.one_day")) return 1;
  return Number(text.match(/\d+/)[0]);
}

journey("casework: the list by age", ["sv", "ar"], async (world, { lang, scripts }) => {
  const applicant = await world.person({ lang, scripts });
  await applicant.signIn(world.newcomer());
  const { number } = await apply(world, applicant);

  const karin = await world.person({ lang, scripts, viewport: SCREEN });
  const { page } = karin;
  await karin.signIn("karin");
  await karin.go("/personal/mottagning");
  await page.getByRole("heading", { level: 1, name: word(lang, "casework.intake.title", { office: "Södra" }) }).waitFor();
  const ages = (await page.locator("tbody tr td:nth-child(2)").allInnerTexts()).map((text) => days(lang, plain(text)));
  assert.ok(ages.length >= 2 && ages[0] > 0, "somebody has waited longer than today");
  assert.deepEqual(ages, ages.toSorted((a, b) => b - a), "who has waited longest comes first");
  const text = plain(await page.locator("main").innerText());
  assert.ok(!text.includes("Provperson"), "the list names nobody");

  // Nobody's, then mine.
  const filter = async (key) => {
    await page.getByRole("link", { name: word(lang, `casework.intake.${key}`), exact: true }).click();
    await page.locator("[aria-current=true]", { hasText: word(lang, `casework.intake.${key}`) }).waitFor();
    return page.getByRole("link", { name: number }).count();
  };
  assert.deepEqual([await filter("nobody"), await filter("mine")], [1, 0]);
  await openCase(karin, number);
  await takeCase(karin);
  await karin.go("/personal/mottagning");
  assert.deepEqual([await filter("nobody"), await filter("mine"), await filter("all")], [0, 1, 1]);
  await openCase(karin, number);
  await page.getByRole("button", { name: word(lang, "casework.handler.release") }).click();
  await page.getByText(word(lang, "casework.handler.none")).waitFor();
});

journey("casework: two at once", ["sv", "ar"], async (world, { lang, scripts }) => {
  const applicant = await world.person({ lang, scripts });
  await applicant.signIn(world.newcomer());
  const { number, application } = await apply(world, applicant);
  const [karin, joel] = [
    await world.person({ lang, scripts, viewport: SCREEN }),
    await world.person({ lang, scripts, viewport: SCREEN }),
  ];
  await karin.signIn("karin");
  await joel.signIn("joel");
  const address = await openCase(karin, number);
  await openCase(joel, number);

  // Both see a case that is nobody's; karin is first, and joel is told who.
  await takeCase(karin);
  await joel.page.getByRole("button", { name: word(lang, "casework.handler.take") }).click();
  const busy = plain(word(lang, "casework.handler.other", { name: "Karin" }));
  await joel.page.locator(".error-summary").waitFor();
  assert.ok(plain(await joel.page.locator(".error-summary").innerText()).includes(busy));
  await joel.go(address);
  assert.ok(plain(await joel.page.locator("main").innerText()).includes(busy), "and sees it whenever he opens it");
  assert.equal(await joel.page.getByRole("button", { name: word(lang, "casework.handler.take") }).count(), 0);

  // Both have the figures open. Karin saves; joel's do not go over hers: he sees both.
  const open = (person) => person.go(`${address}/berakning/${application}`);
  const write = async ({ page }, amount, reason) => {
    await (await figure(page, "cost.electricity", "amount")).fill(amount);
    await (await figure(page, "cost.electricity", "reason")).fill(reason);
  };
  await open(karin);
  await open(joel);
  await write(karin, "380", "Enligt fakturan.");
  await write(joel, "350", "Enligt samtal.");
  await saveFigures(karin);
  await karin.page.waitForURL("**?sparad");
  const [answer] = await Promise.all([
    joel.page.waitForResponse((response) => response.request().method() === "POST"),
    saveFigures(joel),
  ]);
  assert.equal(answer.status(), 409);
  const summary = joel.page.locator(".error-summary");
  await summary.waitFor();
  const said = plain(await summary.innerText());
  for (const part of [word(lang, "common.conflict.version_conflict"), word(lang, "common.saved_instead"), "Karin", "380", "Enligt fakturan."]) {
    assert.ok(said.includes(plain(part)), `the summary says ${part}: ${said}`);
  }
  assert.equal(await (await figure(joel.page, "cost.electricity", "amount")).inputValue(), "350", "what he typed is there");
  assert.equal(await (await figure(joel.page, "cost.electricity", "reason")).inputValue(), "Enligt samtal.");

  // Sent again it is meant.
  await saveFigures(joel);
  await joel.page.waitForURL("**?sparad");
  await open(karin);
  assert.equal(await (await figure(karin.page, "cost.electricity", "amount")).inputValue(), "350");
});
