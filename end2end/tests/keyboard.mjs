// By keyboard alone: the order, the skip link, everything reached, the focus always in sight.
import assert from "node:assert/strict";
import { PHONE, SCREEN } from "../lib/browser.mjs";
import { journey, test } from "../lib/runner.mjs";
import { focused, knownMonth } from "../lib/steps.mjs";
import { onEveryPage } from "../lib/pages.mjs";
import { word } from "../lib/words.mjs";

/** Where the stops differ in kind. */
const WALKED = [
  ...["start", "rakna", "rakna-svar", "rakna-fel", "kontakt", "logga-in", "boka-1-tid", "boka-2-uppgifter", "boka-3-bekrafta"],
  ...["ansok", "ansok-kontakt", "ansok-hushall", "ansok-handlingar-fel", "ansok-kontrollera", "ansok-kvitto", "beslut-oppnat"],
];
const WALKED_BY_STAFF = ["reception-kallad", "arende", "berakning", "beslut-utkast", "granska"];

/** What Tab must reach, in order; a group of radio buttons is one stop. Marks each with its place. */
const mark = (page) =>
  page.evaluate(() => {
    const groups = new Set();
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(
      (element) => {
        if (element.disabled || element.type === "hidden" || element.tabIndex < 0) return false;
        if (element.closest("details:not([open]) > :not(summary)")) return false;
        if (!element.checkVisibility()) return false;
        if (element.type !== "radio") return true;
        const group = [...document.querySelectorAll("input[type=radio]")].filter((other) => other.name === element.name);
        if (groups.has(element.name)) return false;
        groups.add(element.name);
        (group.find((other) => other.checked) ?? element).dataset.stop = "radio";
        return true;
      },
    );
    return stops.map((element, place) => {
      const target =
        element.type === "radio" ? document.querySelector(`input[name="${element.name}"][data-stop=radio]`) : element;
      target.dataset.stop = String(place);
      return `${target.tagName.toLowerCase()} ${target.name || target.textContent.trim().slice(0, 40)}`;
    });
  });

/** Where the focus is: its place, and whether a person can see it. */
const look = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    // An invisible radio button or checkbox is drawn by its label.
    const shown = getComputedStyle(element).opacity === "0" ? (element.labels?.[0] ?? element) : element;
    const box = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
    const bar = document.querySelector(".top");
    const sticky = bar && getComputedStyle(bar).position === "sticky" && !bar.contains(element) && !element.matches(".skip-link");
    const top = sticky ? bar.getBoundingClientRect().bottom : 0;
    const style = getComputedStyle(shown);
    const ring = [style, getComputedStyle(shown, "::before"), getComputedStyle(element)].some(
      (one) => one.boxShadow !== "none" || (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2),
    );
    const label = element.labels?.[0];
    const ringOnLabel = label && getComputedStyle(label, "::before").boxShadow !== "none";
    return {
      stop: element.dataset.stop,
      date: element.type === "date",
      what: `${element.tagName.toLowerCase()} ${element.name || element.textContent.trim().slice(0, 40)}`,
      under: box.top < top - 1,
      below: box.top >= innerHeight - 1,
      ring: ring || Boolean(ringOnLabel),
    };
  });

async function walk(page, name) {
  const stops = await mark(page);
  const wrong = [];
  for (const [place, stop] of stops.entries()) {
    await page.keyboard.press("Tab");
    let at = await look(page);
    // A date has stops of its own: day, month, year, the calendar.
    for (let inside = 0; inside < 3 && at.date && at.stop === String(place - 1); inside += 1) {
      await page.keyboard.press("Tab");
      at = await look(page);
    }
    if (at.stop !== String(place)) {
      wrong.push(`${name}: Tab ${place + 1} reached "${at.what}" instead of "${stop}"`);
      break;
    }
    if (at.under) wrong.push(`${name}: "${at.what}" lies under the bar`);
    if (at.below) wrong.push(`${name}: "${at.what}" lies below the window`);
    if (!at.ring) wrong.push(`${name}: "${at.what}" shows no focus`);
  }
  // And back, where the bar is met from below.
  for (let place = stops.length - 2; place >= 0 && wrong.length === 0; place -= 1) {
    await page.keyboard.press("Shift+Tab");
    const at = await look(page);
    if (at.under) wrong.push(`${name}: going back "${at.what}" lies under the bar`);
  }
  return wrong;
}

test("keyboard: every control in order and in sight", async (world) => {
  const wrong = [];
  const work = async (name, { page }) => {
    // From the top, not from the summary that took the focus.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
      scrollTo(0, 0);
    });
    wrong.push(...(await walk(page, name)));
  };
  await onEveryPage(world, { viewport: PHONE }, work, WALKED);
  // Without scripts: a live board is fetched anew while one walks.
  await onEveryPage(world, { viewport: SCREEN, scripts: false }, work, ["reception", ...WALKED_BY_STAFF]);
  assert.deepEqual(wrong, []);
});

journey("keyboard: the skip link", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  for (const path of ["/", "/rakna", "/logga-in", "/finns-inte"]) {
    await person.go(path);
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).text, word(lang, "common.skip"), "the first stop");
    const box = await page.locator(".skip-link").boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= PHONE.width, "it is in sight");
    await page.keyboard.press("Enter");
    assert.equal((await focused(page)).id, "main");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true, "the next stop is in the page");
  }
});

test("keyboard: the estimate without a mouse", async (world) => {
  const person = await world.person();
  const { page } = person;
  await person.go("/rakna");
  const { month } = await knownMonth(world, page);
  await page.locator("select[name=month]").selectOption(month);
  await page.locator("[name=adults][value='1']").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("[name=adults][value='2']").isChecked(), true);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).name, "partner");
  await page.locator("[name='child.0.lunch_away']").focus();
  await page.keyboard.press("Space");
  assert.equal(await page.locator("[name='child.0.lunch_away']").isChecked(), true);
  await page.keyboard.press("Space");
  await page.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("details").first().getAttribute("open"), "");
  await page.locator("[name='income.wage']").focus();
  await page.keyboard.type("9000");
  await page.keyboard.press("Enter");
  await page.locator(".answer").waitFor();
});
