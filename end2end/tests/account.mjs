// Signing in and out, the quick exit, languages.
import assert from "node:assert/strict";
import { journey } from "../lib/runner.mjs";
import { back, book, cancelAll } from "../lib/steps.mjs";
import { plain, word } from "../lib/words.mjs";

/** After the session is dead, neither "back" nor the address shows anything of the person. */
async function nothingPersonal(person, lang, backs) {
  const { page } = person;
  for (let step = 0; step < backs; step += 1) {
    await back(page);
    const text = plain(await page.locator("body").innerText());
    const address = new URL(page.url()).pathname;
    for (const trace of [word(lang, "account.my_pages.lead", { name: "Anna" }), word(lang, "visit.list.cancel")]) {
      assert.ok(!text.includes(plain(trace)), `after going back ${address} still says "${trace}"`);
    }
    assert.ok(!text.includes("Anna") || address === "/logga-in", `after going back ${address} still names her`);
  }
  const answer = await person.go("/mina-sidor/besok");
  assert.equal(new URL(page.url()).pathname, "/logga-in", "her pages ask for sign-in");
  assert.equal(answer.status(), 200);
}

journey("sign in: the way one was going", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  await person.go("/mina-sidor/besok/boka?kontor=norra");
  assert.equal(new URL(page.url()).pathname, "/logga-in");
  assert.ok((await page.locator("main").innerText()).includes(word(lang, "account.sign_in.needed")));
  await page.locator("form", { has: page.locator("input[value=anna]") }).getByRole("button").click();
  await page.waitForURL("**/mina-sidor/besok/boka?kontor=norra");
  assert.equal(await page.locator("select[name=kontor]").inputValue(), "norra");

  await page.getByRole("link", { name: word(lang, "common.my_pages") }).click();
  await page.getByRole("heading", { level: 1, name: word(lang, "account.my_pages.title") }).waitFor();
  // A staff page is not hers: it asks for a staff sign-in, and tells nothing.
  await person.go("/personal/reception");
  assert.equal(new URL(page.url()).pathname, "/logga-in");
});

journey("sign out, then back", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  await person.signIn("anna");
  await person.go("/mina-sidor/besok");
  await page.getByRole("button", { name: word(lang, "common.sign_out") }).click();
  await page.waitForURL("**/logga-in?utloggad*");
  assert.ok((await page.locator("main").innerText()).includes(word(lang, "account.sign_in.signed_out")));
  await nothingPersonal(person, lang, 2);
});

journey("quick exit", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  await person.signIn("anna");
  await cancelAll(person);
  await book(person);
  const old = (await person.context.cookies()).filter((cookie) => cookie.httpOnly);
  await page.getByRole("button", { name: word(lang, "common.leave") }).click();
  await page.waitForURL("**/ny-flik");
  assert.equal(await page.title(), word(lang, "guide.left.title"));
  assert.equal((await page.locator("body").innerText()).trim(), "", "the page says nothing");
  await nothingPersonal(person, lang, 2);

  // The session is dead on the server, not only forgotten by the browser.
  await person.context.addCookies(old);
  await person.go("/mina-sidor/besok");
  assert.equal(new URL(page.url()).pathname, "/logga-in");
  await person.signIn("anna");
  await cancelAll(person);
});

journey("language change keeps the page", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const { page } = person;
  const other = lang === "sv" ? "ar" : "sv";
  const name = { sv: "Svenska", ar: "العربية" }[other];
  await person.signIn("anna");
  for (const path of ["/rakna", "/mina-sidor/besok/boka?kontor=norra"]) {
    await person.go(path);
    await page.getByRole("link", { name }).click();
    await page.locator(`html[lang=${other}]`).waitFor();
    assert.equal(page.url(), `${world.origin}${path}`);
    assert.equal(await page.locator("html").getAttribute("dir"), other === "ar" ? "rtl" : "ltr");
    await page.getByRole("link", { name: { sv: "Svenska", ar: "العربية" }[lang] }).click();
    await page.locator(`html[lang=${lang}]`).waitFor();
    assert.equal(page.url(), `${world.origin}${path}`);
  }
  assert.equal(await page.locator("select[name=kontor]").inputValue(), "norra");
});
