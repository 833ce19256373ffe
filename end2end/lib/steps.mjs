// What several tests do: fill in the worked example, book the first time, cancel.
import assert from "node:assert/strict";
import { word } from "./words.mjs";

/** The worked example of the norm: one adult, two children. In any month of 2026 5 970 kronor are missing. */
export const EXAMPLE = {
  ages: ["4", "9"],
  lunchAway: [0],
  money: {
    "cost.rent": "8 200",
    "cost.electricity": "400",
    "cost.home_insurance": "150",
    "income.wage": "9000",
    "income.child_benefit": "2650",
    "income.housing_allowance": "3 400",
  },
};

/**
 * A month that can be chosen and whose norm is known, and what is missing in it. In 2026 that is the worked example's
 * figure; in later years REST, which has tests of its own, says what to expect.
 */
export async function knownMonth(world, page) {
  const months = await page.locator("select[name=month] option").evaluateAll((all) => all.map((one) => one.value));
  const of2026 = months.findLast((month) => month.startsWith("2026-"));
  if (of2026) return { month: of2026, missing: 5970 };
  const kinds = (prefix) =>
    Object.entries(EXAMPLE.money)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, amount]) => ({
        kind: name.slice(prefix.length),
        amount: Number(amount.replace(" ", "")),
        ...(name === "income.wage" ? { person: "adult1" } : {}),
      }));
  for (const month of months.toReversed()) {
    const answer = await fetch(`${world.origin}/api/v1/estimates`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        month,
        household: { adults: 1, children: [{ age: 4, lunch_away: true }, { age: 9, lunch_away: false }] },
        costs: kinds("cost."),
        incomes: kinds("income."),
      }),
    });
    if (answer.ok) return { month, missing: (await answer.json()).support };
  }
  throw new Error("no month on offer has a known norm");
}

/** Fills in the worked example, adding the second child by the button. Leaves the form unsent. */
export async function fillExample(page, lang, month) {
  await page.locator("select[name=month]").selectOption(month);
  await page.locator("[name='child.0.age']").fill(EXAMPLE.ages[0]);
  await page.locator("[name='child.0.lunch_away']").check();
  await page.locator("[name='cost.rent']").fill(EXAMPLE.money["cost.rent"]);
  await page.getByRole("button", { name: word(lang, "norm.child_add") }).click();
  await page.locator("[name='child.1.age']").waitFor();
}

/** The rest of the worked example, after the second child's row has come. */
export async function fillRest(page) {
  await page.locator("[name='child.1.age']").fill(EXAMPLE.ages[1]);
  for (const [name, amount] of Object.entries(EXAMPLE.money)) await page.locator(`[name='${name}']`).fill(amount);
}

/** Step 1 of booking: the first time offered. Gives its words. */
export async function chooseFirstTime(page, lang) {
  const label = page.locator(".slot-label").first();
  const time = await label.locator(".slot-time").innerText();
  const day = await page.locator(".slot-date").first().innerText();
  await page.locator(".slot-input").first().check();
  await page.getByRole("button", { name: word(lang, "visit.slots.go_on") }).click();
  await page.waitForURL("**/boka/uppgifter");
  return { day, time };
}

/** All three steps, at that office or the one that is shown first; ends on the list of visits. */
export async function book(person, office) {
  const { page, lang } = person;
  await person.go(`/mina-sidor/besok/boka${office ? `?kontor=${office}` : ""}`);
  const chosen = await chooseFirstTime(page, lang);
  await page.getByRole("button", { name: word(lang, "visit.details.go_on") }).click();
  await page.waitForURL("**/boka/bekrafta");
  await page.getByRole("button", { name: word(lang, "visit.confirm.submit") }).click();
  await page.waitForURL("**/besok?bokad*");
  return chosen;
}

/** Cancels every visit that is booked. */
export async function cancelAll(person) {
  const { page, lang } = person;
  await person.go("/mina-sidor/besok");
  for (;;) {
    const cancel = page.getByRole("link", { name: word(lang, "visit.list.cancel"), exact: true }).first();
    if ((await cancel.count()) === 0) return;
    await cancel.click();
    await page.getByRole("button", { name: word(lang, "visit.cancel.submit") }).click();
    await page.waitForURL("**/besok?avbokad*");
  }
}

/** The browser's own "back". A page that comes from memory tells nobody that it has loaded. */
export async function back(page) {
  await page.goBack({ waitUntil: "commit" });
  const until = Date.now() + 10_000;
  while ((await page.evaluate(() => document.readyState)) !== "complete") {
    if (Date.now() > until) throw new Error("the page that one went back to does not load");
  }
}

/** The element that has the focus, as tag, id, class and text. */
export const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return {
      tag: element.tagName.toLowerCase(),
      id: element.id,
      name: element.getAttribute("name") ?? "",
      class: element.className,
      text: element.textContent.trim().slice(0, 200),
    };
  });
