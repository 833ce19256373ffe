// The estimate: the worked example, adding a child, what happens to a form that cannot be read.
import assert from "node:assert/strict";
import { journey, test } from "../lib/runner.mjs";
import { EXAMPLE, fillExample, fillRest, focused, knownMonth } from "../lib/steps.mjs";
import { figures, plain, word } from "../lib/words.mjs";

journey("estimate: the worked example", ["sv", "en", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  await person.go("/");
  await page.getByRole("link", { name: word(lang, "guide.start.estimate") }).click();
  await page.waitForURL("**/rakna");
  assert.equal(await page.locator("html").getAttribute("lang"), lang);
  const { month, missing } = await knownMonth(world, page);
  const amount = figures(lang, missing);

  // A second child: the page comes back with another row and everything that was typed.
  await fillExample(page, lang, month);
  assert.equal(await page.locator("select[name=month]").inputValue(), month);
  assert.equal(await page.locator("[name='child.0.age']").inputValue(), EXAMPLE.ages[0]);
  assert.equal(await page.locator("[name='child.0.lunch_away']").isChecked(), true);
  assert.equal(await page.locator("[name='cost.rent']").inputValue(), EXAMPLE.money["cost.rent"]);
  assert.equal(await page.locator(".error-summary").count(), 0, "adding a child is no error");

  const live = page.locator(".live");
  if (scripts) {
    await person.awake();
    assert.ok(person.requests.some((address) => address.endsWith(".wasm")), "WebAssembly was loaded");
  }
  const sent = person.posts();
  await fillRest(page);
  if (scripts) {
    await page.waitForFunction(
      ([wanted]) => document.querySelector(".live")?.textContent.replace(/[\u00a0\u202f\s]+/g, " ").includes(wanted),
      [amount],
    );
    assert.ok(plain(await live.innerText()).includes(plain(word(lang, "norm.live"))), "the panel has its heading");
    assert.equal(person.posts(), sent, "nothing was sent");
    assert.equal(await page.locator(".answer").count(), 0, "nothing was sent");
  } else {
    assert.equal(await live.isVisible(), false);
  }

  await page.locator("#rakna .actions").last().getByRole("button").click();
  const heading = page.getByRole("heading", { level: 1 });
  await page.locator(".answer").waitFor();
  assert.ok(plain(await heading.innerText()).includes(amount), `the answer first: ${await heading.innerText()}`);
  assert.ok(!plain(await page.title()).includes(amount), "the title stands in the history: it tells no figures");
  const total = page.locator(".money-total").first();
  assert.ok(plain(await total.innerText()).includes(amount));
  const text = plain(await page.locator("main").innerText());
  for (const always of ["norm.higher_or_lower", "norm.right", "norm.urgent"]) {
    assert.ok(text.includes(plain(word(lang, always))), `${always} is said`);
  }
  assert.equal(await page.locator("main a[href='/akut']").count() > 0, true);
  assert.equal(await page.locator("#rakna [name='child.1.age']").inputValue(), EXAMPLE.ages[1], "the answers stay");

  // What was typed can be changed and sent again.
  await page.locator("#rakna [name='income.wage']").fill("90000");
  await page.locator("#rakna .actions").last().getByRole("button").click();
  await page.getByRole("heading", { level: 1, name: word(lang, "norm.no_shortfall") }).waitFor();
  assert.ok(plain(await page.locator("main").innerText()).includes(plain(word(lang, "norm.notice.surplus_can_apply_anyway"))));
});

journey("estimate: what cannot be read", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  await person.go("/rakna");
  const { month } = await knownMonth(world, page);
  await page.locator("select[name=month]").selectOption(month);
  await page.locator("[name='child.0.age']").fill("nio");
  await page.locator("[name='cost.rent']").fill("åtta tusen <b>");
  await page.locator("[name='income.wage']").fill("9 000");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.locator("#rakna .actions").last().getByRole("button").click(),
  ]);
  assert.equal(answer.status(), 422);
  const summary = page.locator(".error-summary");
  await summary.waitFor();
  assert.equal((await focused(page)).class, "error-summary", "the summary has the focus");
  assert.equal(await summary.getByRole("heading").innerText(), word(lang, "common.summary"));

  const links = summary.getByRole("link");
  assert.deepEqual(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href"))), [
    "#f-child.0.age",
    "#f-cost.rent",
  ]);
  for (const [place, name] of ["child.0.age", "cost.rent"].entries()) {
    await links.nth(place).click();
    assert.equal((await focused(page)).name, name, "the link leads to the field");
    const field = page.locator(`[name='${name}']`);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const about = (await field.getAttribute("aria-describedby")).split(" ").find((id) => id.endsWith("--error"));
    assert.ok((await page.locator(`[id='${about}']`).innerText()).length > 5, "the message stands at the field");
  }
  assert.equal(await page.locator("[name='child.0.age']").inputValue(), "nio");
  assert.equal(await page.locator("[name='cost.rent']").inputValue(), "åtta tusen <b>");
  assert.equal(await page.locator("[name='income.wage']").inputValue(), "9 000");
});

test("estimate: the live panel says so when it cannot read an answer", async (world) => {
  const person = await world.person();
  const { page } = person;
  await person.go("/rakna");
  await person.awake();
  const { month } = await knownMonth(world, page);
  await page.locator("select[name=month]").selectOption(month);
  await page.locator("[name='cost.rent']").fill("tusen");
  await page.locator(".live", { hasText: word("sv", "norm.live_wait") }).waitFor();
  await page.locator("[name='cost.rent']").fill("1000");
  await page.locator(".live .money-total").waitFor();
});

test("estimate: Enter in a field calculates and does not add a child", async (world) => {
  const person = await world.person({ scripts: false });
  const { page } = person;
  await person.go("/rakna");
  await page.locator("select[name=month]").selectOption((await knownMonth(world, page)).month);
  await page.locator("[name='income.wage']").fill("9000");
  await page.locator("[name='income.wage']").press("Enter");
  await page.locator(".answer").waitFor();
  assert.equal(await page.locator("[name='child.1.age']").count(), 0);
});
