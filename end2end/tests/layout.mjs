// Narrow screens, large text, right to left.
import assert from "node:assert/strict";
import { PHONE } from "../lib/browser.mjs";
import { onEveryPage } from "../lib/pages.mjs";
import { test } from "../lib/runner.mjs";

/** What stands outside the window or is cut off. Tables of staff may be moved sideways inside their frame. */
const overflow = (page) =>
  page.evaluate(() => {
    const wide = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) wide.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const element of document.body.querySelectorAll("*")) {
      if (!element.checkVisibility() || element.closest("svg, .data-scroll, .hidden, .skip-link")) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const what = `${element.tagName.toLowerCase()}.${element.className} "${String(element.value || element.textContent).trim().slice(0, 30)}"`;
      if (box.width > 0 && (box.right > width + 1 || box.left < -1)) wide.push(`outside: ${what}`);
      const cut = element.matches("input, select, textarea") ? [] : ["hidden", "clip"]; // one moves about inside a field
      if (cut.includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1) wide.push(`cut off: ${what} ${element.scrollWidth}>${element.clientWidth}`);
      if (cut.includes(style.overflowY) && element.scrollHeight > element.clientHeight + 1) wide.push(`cut off: ${what}`);
      // Words that run out of what frames them.
      if (element.matches("button, .button, .tag, .option-label, .slot-label, th, td")) {
        const words = document.createRange();
        for (const part of element.childNodes) {
          if (part.nodeType === Node.ELEMENT_NODE && part.matches(".hidden")) continue;
          words.selectNode(part);
          const inside = words.getBoundingClientRect();
          if (inside.width > 0 && (inside.right > box.right + 1 || inside.left < box.left - 1)) wide.push(`too narrow: ${what}`);
        }
      }
    }
    return wide.slice(0, 6);
  });

for (const lang of ["sv", "ar"]) {
  test(`layout: 320 px, and text at 200 %, ${lang}, nothing is lost sideways`, async (world) => {
    const found = [];
    const sessions = new Map();
    await onEveryPage(world, { lang }, async (name, { context, page }) => {
      if (!sessions.has(page)) sessions.set(page, await context.newCDPSession(page));
      // The browser's own setting, so that the width of the window in em changes too.
      const letters = async (factor) => {
        await sessions.get(page).send("Page.setFontSizes", { fontSizes: { standard: 16 * factor, fixed: 13 * factor } });
        const size = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
        assert.equal(size, 16 * factor);
      };
      await page.setViewportSize({ width: 320, height: 640 });
      found.push(...(await overflow(page)).map((what) => `${name}, 320 px: ${what}`));
      await page.setViewportSize(PHONE);
      await letters(2);
      found.push(...(await overflow(page)).map((what) => `${name}, 200 %: ${what}`));
      await letters(1);
    });
    assert.deepEqual(found, []);
  });
}

test("layout: Arabic is the mirror of Swedish", async (world) => {
  const places = async (lang, path) => {
    const person = await world.person({ lang });
    await person.go(path);
    return person.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const rtl = document.documentElement.dir === "rtl";
      const start = (selector) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        return Math.round(rtl ? width - box.right : box.left);
      };
      const end = (selector) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        return Math.round(rtl ? box.left : width - box.right);
      };
      return { brand: start(".brand"), leave: end(".leave"), heading: start("h1"), urgent: start(".urgent") };
    });
  };
  for (const path of ["/", "/rakna", "/kontakt"]) {
    assert.deepEqual(await places("ar", path), await places("sv", path), path);
  }
  const person = await world.person({ lang: "ar" });
  await person.go("/rakna");
  // Figures are typed from left to right, at the side where the page begins.
  const field = await person.page.locator("[name='cost.rent']").evaluate((input) => {
    const style = getComputedStyle(input);
    return { direction: style.direction, align: style.textAlign };
  });
  assert.equal(field.direction, "ltr");
  assert.ok(["right", "end"].includes(field.align), field.align);
});
