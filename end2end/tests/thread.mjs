// One case from the question to the last day to appeal: the estimate, the application with papers, the caseworker's
// figures and decision, what the applicant reads. And what a caseworker of another office sees of it: nothing.
import assert from "node:assert/strict";
import { CASE_NUMBER, PAPERS, answerAll, apply, dayFromNow, figure, goOn, need, openCase, saveFigures, send, takeCase } from "../lib/application.mjs";
import { SCREEN } from "../lib/browser.mjs";
import { journey, test } from "../lib/runner.mjs";
import { EXAMPLE, back, book, cancelAll, fillExample, fillRest, focused, knownMonth } from "../lib/steps.mjs";
import { figures, plain, word } from "../lib/words.mjs";

const MONTHS = "january february march april may june july august september october november december".split(" ");
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

/** Påskdagen (the anonymous Gregorian computus). */
function easter(year) {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((8 * b + 13) / 25) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const n = h + l - 7 * Math.floor((a + 11 * h + 22 * l) / 451) + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1);
}

/** Whether time set by law cannot end on that day (a UTC midnight). */
function closed(time) {
  const day = new Date(time);
  const [month, date, weekday] = [day.getUTCMonth() + 1, day.getUTCDate(), day.getUTCDay()];
  if (weekday === 0 || weekday === 6) return true;
  if (["1-1", "1-6", "5-1", "6-6", "12-24", "12-25", "12-26", "12-31"].includes(`${month}-${date}`)) return true;
  if (month === 6 && weekday === 5 && date >= 19 && date <= 25) return true;
  const after = Math.round((time - easter(day.getUTCFullYear())) / 86_400_000);
  return [-2, 1, 39].includes(after);
}

/** The last day to appeal against what is received today, `2026-12-14`. */
function lastDay() {
  let time = Date.parse(dayFromNow(21));
  while (closed(time)) time += 86_400_000;
  return new Date(time).toISOString().slice(0, 10);
}

const monthName = (lang, month) => word(lang, `common.date.${MONTHS[Number(month.slice(5, 7)) - 1]}`);

/** From the estimate to the receipt. Gives the case's number, the application's id, what was missing, for which month. */
async function applies(world, person, persona) {
  const { page, lang } = person;
  const says = async (key, given) => {
    const text = plain(await page.locator("main").innerText());
    assert.ok(text.includes(plain(word(lang, key, given))), `the page says ${key}: ${text}`);
  };
  await person.go("/rakna");
  const { month, missing } = await knownMonth(world, page);
  await fillExample(page, lang, month);
  await fillRest(page);
  await page.locator("#rakna .actions").last().getByRole("button").click();
  await page.locator(".answer").waitFor();
  await page.getByRole("button", { name: word(lang, "norm.apply") }).click();

  await page.waitForURL("**/ansok");
  await says("application.start.carried");
  const carried = (await person.context.cookies()).filter((cookie) => JSON.stringify(cookie).includes("8200"));
  assert.deepEqual(carried, [], "the figures on their way cannot be read");
  const on = (await person.context.cookies()).length;
  await page.getByRole("link", { name: word(lang, "application.start.sign_in"), exact: true }).click();
  await page.waitForURL("**/logga-in?till=*");
  await person.signInHere(persona);
  await page.waitForURL("**/ansok/kontakt");
  assert.equal((await person.context.cookies()).length, on, "a session more, and what was carried has gone");

  // What cannot be read is said, and kept: here, and when one comes back another day.
  await page.locator("[name=way][value=email]").check();
  await page.locator("[name=email]").fill("namn <snabel>");
  await page.getByRole("button", { name: word(lang, "application.go_on"), exact: true }).click();
  await page.locator(".error-summary").waitFor();
  assert.equal((await focused(page)).class, "error-summary", "the summary has the focus");
  await person.go("/mina-sidor");
  await page.getByRole("link", { name: word(lang, "application.my_pages") }).click();
  await page.getByRole("link", { name: word(lang, "application.list.apply") }).click();
  await page.waitForURL("**/ansok/kontakt");
  assert.equal(await page.locator("[name=email]").inputValue(), "namn <snabel>");
  assert.equal(await page.locator("[name=way][value=email]").isChecked(), true);
  await page.locator("[name=email]").fill("namn@exempel.example");
  await page.locator("select[name=office]").selectOption("sodra");
  await goOn(person, "hushall");

  // The estimate's figures are here, and nothing of them must be typed again.
  assert.equal(await page.locator("[name=adults][value='1']").isChecked(), true);
  assert.equal(await page.locator("[name='child.0.age']").inputValue(), EXAMPLE.ages[0]);
  assert.equal(await page.locator("[name='child.0.lunch_away']").isChecked(), true);
  assert.equal(await page.locator("[name='child.1.age']").inputValue(), EXAMPLE.ages[1]);
  await goOn(person, "situation");
  await goOn(person, "inkomster");
  const rows = (prefix) =>
    page.locator(`[name^='${prefix}.'][name$='.kind']`).evaluateAll((all) =>
      Object.fromEntries(all.map((kind) => [kind.value, document.querySelector(`[name='${kind.name.replace("kind", "amount")}']`).value])),
    );
  const expected = (prefix) =>
    Object.entries(EXAMPLE.money)
      .filter(([name]) => name.startsWith(`${prefix}.`))
      .map(([name, amount]) => [name.split(".")[1], amount.replace(" ", "")]);
  assert.deepEqual(await rows("income"), Object.fromEntries(expected("income")));
  await goOn(person, "kostnader");
  assert.deepEqual(await rows("cost"), Object.fromEntries(expected("cost")));
  await goOn(person, "behov");
  assert.equal(await page.locator("select[name=month]").inputValue(), month);

  // Not all is answered: the check says what, and leads there.
  await person.go("/ansok/kontrollera");
  await page.getByRole("link", { name: word(lang, "application.need.need") }).click();
  await page.waitForURL("**/ansok/behov#*");
  await page.locator("[name=need]").fill("Lönen räcker inte & hyran är dyr <3");
  await goOn(person, "konto");
  await page.locator("[name=account][value=none]").check();
  await goOn(person, "papper");

  await page.getByRole("link", { name: word(lang, "application.papers.show") }).click();
  await page.waitForURL("**/ansok/handlingar");
  await page.locator("[name=files]").setInputFiles(PAPERS);
  await page.getByRole("button", { name: word(lang, "document.upload.submit") }).click();
  await page.waitForURL("**/handlingar?mottaget");
  await says("document.upload.received");
  assert.deepEqual(
    (await page.locator(".paper-name").allInnerTexts()).map(plain),
    PAPERS.map((paper) => paper.name),
  );
  await page.getByRole("link", { name: word(lang, "document.back_to_draft") }).click();
  await page.waitForURL("**/ansok/papper");
  await page.getByRole("link", { name: word(lang, "application.papers.go_on") }).click();
  await page.waitForURL("**/ansok/kontrollera");
  for (const text of ["Lönen räcker inte & hyran är dyr <3", "namn@exempel.example", "8 200", "8,200"]) {
    const there = plain(await page.locator("main").innerText()).includes(text);
    assert.equal(there, !text.startsWith("8") || text === figures(lang, 8200), text);
  }
  const { number, application } = await send(person);
  await says("application.receipt.title");
  assert.match(plain(await page.locator("main .lead").innerText()), /\d\d[.:]\d\d/, "when it came");

  // It is there under My pages, with its papers, and a message says so.
  await page.getByRole("link", { name: word(lang, "common.my_pages") }).first().click();
  await page.waitForURL("**/mina-sidor");
  await says("message.my_pages_unread", { count: "1" });
  await page.getByRole("link", { name: word(lang, "message.my_pages") }).first().click();
  await page.getByRole("link", { name: word(lang, "message.received.title") }).click();
  await page.getByRole("button", { name: word(lang, "message.mark") }).click();
  await page.waitForURL("**/mina-sidor/meddelanden");
  assert.equal(await page.getByText(word(lang, "message.unread")).count(), 0);
  await person.go("/mina-sidor/handlingar");
  assert.equal(await page.locator(".paper").count(), PAPERS.length);
  return { number, application, month, missing };
}

/** The caseworker: from the intake list to the published decision. Gives the case's address. */
async function decides(karin, { number, application, missing }) {
  const { page, lang } = karin;
  const button = (key) => page.getByRole("button", { name: word(lang, key), exact: true });
  await karin.signIn("karin");
  await page.getByRole("link", { name: word(lang, "account.staff.intake") }).click();
  await page.waitForURL("**/personal/mottagning");
  const row = page.getByRole("row").filter({ hasText: number });
  const cells = (await row.locator("th, td").allInnerTexts()).map(plain);
  assert.equal(cells[1], word(lang, "casework.intake.today"));
  assert.equal(cells[7], word(lang, "casework.intake.none_yet"));
  assert.equal(cells[8], String(PAPERS.length));
  const address = await openCase(karin, number);
  const text = plain(await page.locator("main").innerText());
  const booked = plain(word(lang, "casework.visits.booked"));
  for (const said of ["Lönen räcker inte & hyran är dyr <3", "namn@exempel.example", plain(word(lang, "casework.handler.none")), booked]) {
    assert.ok(text.includes(said), `the case says ${said}`);
  }

  // The papers come as they went, to be kept and not shown by the browser.
  for (const paper of PAPERS) {
    const answer = await karin.context.request.get(await page.getByRole("link", { name: paper.name }).getAttribute("href"));
    assert.equal(answer.status(), 200);
    assert.ok((await answer.body()).equals(paper.buffer), paper.name);
    assert.match(answer.headers()["content-disposition"], /^attachment/);
    assert.match(answer.headers()["content-security-policy"], /sandbox/);
  }
  await takeCase(karin);

  // Another figure needs its reason; what was typed stays until it has one.
  await page.getByRole("link", { name: word(lang, "casework.application.calculate") }).click();
  await page.waitForURL("**/berakning/*");
  await (await figure(page, "cost.electricity", "amount")).fill("380");
  await saveFigures(karin);
  await page.locator(".error-summary").waitFor();
  const reason = await figure(page, "cost.electricity", "reason");
  assert.equal(await reason.getAttribute("aria-invalid"), "true");
  assert.equal(await (await figure(page, "cost.electricity", "amount")).inputValue(), "380");
  await reason.fill("Enligt fakturan.");
  await saveFigures(karin);
  await page.waitForURL("**?sparad");
  const totals = (await page.locator(".casework-sides .money-total").allInnerTexts()).map(plain);
  assert.ok(totals[0].includes(figures(lang, missing)), `the applicant's: ${totals[0]}`);
  assert.ok(totals[1].includes(figures(lang, missing - 20)), `the verified: ${totals[1]}`);
  assert.ok(plain(await page.locator("main").innerText()).includes("Enligt fakturan."));

  await karin.go(address);
  await page.locator("[name=text]").fill("Elfakturan visar 380 kronor.");
  await button("casework.notes.save").click();
  await page.waitForURL("**#anteckningar");
  await page.locator(".casework-note", { hasText: "Elfakturan visar 380 kronor." }).waitFor();

  // A draft without a reason can be saved, not published.
  await page.getByRole("link", { name: word(lang, "casework.application.decide") }).click();
  await page.waitForURL("**/beslut/*");
  assert.equal(await (await need(page, "electricity", "asked")).inputValue(), "400");
  assert.equal(await (await need(page, "electricity", "granted")).inputValue(), "380");
  assert.equal(await (await need(page, "electricity", "outcome")).inputValue(), "partly");
  await button("decision.staff.review").click();
  await page.waitForURL("**/granska");
  await page.getByText(word(lang, "decision.preview.faults")).waitFor();
  assert.equal(await button("decision.preview.publish").count(), 0);
  await page.getByRole("link", { name: word(lang, "decision.preview.change"), exact: true }).click();
  await (await need(page, "electricity", "reason")).fill("Du får inte hela elkostnaden, därför att fakturan visar 380 kronor.");
  await page.locator("[name=reasons]").fill("Vi har räknat på dina papper.");
  await page.locator("[name=pay_on]").fill(dayFromNow(5));
  await button("decision.staff.review").click();
  await page.waitForURL("**/granska");
  assert.ok(plain(await page.locator(".decision-preview .answer-headline").innerText()).includes(figures(lang, missing - 20)));
  await button("decision.preview.publish").click();
  await page.waitForURL("**?publicerat");
  await page.getByText(word(lang, "decision.staff.published")).waitFor();
  await karin.go("/personal/mottagning");
  assert.equal(await page.getByRole("link", { name: number }).count(), 0, "it waits no longer");
  return { address, application };
}

/** The applicant reads. */
async function reads(person, { number, month, missing }) {
  const { page, lang } = person;
  const main = async () => plain(await page.locator("main").innerText());
  const amount = figures(lang, missing - 20);
  await person.go("/mina-sidor/meddelanden");
  const line = page.getByRole("link", { name: word(lang, "message.decision.title") });
  assert.ok(!(await main()).includes(amount));
  await line.first().click();
  await page.waitForURL(/\/mina-sidor\/beslut\/[0-9a-f-]{36}$/);
  const before = await main();
  const title = await page.title();
  assert.ok(before.includes(plain(word(lang, "decision.unopened.lead"))), before);
  for (const told of [amount, "380", "Du får inte hela elkostnaden", plain(word(lang, "decision.appeal.title"))]) {
    assert.ok(!before.includes(told), `before it is opened the page says ${told}`);
  }
  await page.getByRole("button", { name: word(lang, "decision.unopened.open") }).click();

  const sentence = word(lang, "decision.answer.partly", { amount, month: monthName(lang, month) });
  await page.locator("h1.answer-headline").waitFor();
  assert.equal(plain(await page.locator("h1").innerText()), plain(sentence));
  assert.equal(await page.title(), title, "the title stands in the history");
  const text = await main();
  const pay = dayFromNow(5);
  for (const said of [
    number,
    word(lang, "decision.answer.pay", { day: String(Number(pay.slice(8))), month: monthName(lang, pay) }),
    word(lang, "decision.lines.partly", { granted: "380", asked: "400" }),
    "Du får inte hela elkostnaden, därför att fakturan visar 380 kronor.",
    "Vi har räknat på dina papper.",
    word(lang, "decision.calculation.title"),
    word(lang, "decision.appeal.title"),
    word(lang, "decision.appeal.lead"),
    word(lang, "decision.now.title"),
  ]) {
    assert.ok(text.includes(plain(said)), `it says ${said}`);
  }
  assert.ok(plain(await page.locator("table.money .money-total").innerText()).includes(amount));

  const leaf = page.locator("time.date-box-leaf");
  const last = await leaf.getAttribute("datetime");
  assert.equal(last, lastDay());
  const weekday = word(lang, `common.date.${DAYS[new Date(last).getUTCDay()]}`);
  const day = word(lang, "common.date.long", { weekday, day: String(Number(last.slice(8))), month: monthName(lang, last) });
  assert.ok(text.includes(plain(word(lang, "decision.appeal.last", { day }))), `the last day in words: ${day}`);

  // Opened once: the day stays, and the list says it.
  await person.go("/mina-sidor/beslut");
  assert.ok((await main()).includes(plain(day)));
  await page.locator(".decisions").getByRole("link").first().click();
  await page.locator("h1.answer-headline").waitFor();
  assert.equal(await leaf.getAttribute("datetime"), last);
  await person.go("/mina-sidor/meddelanden");
  assert.equal(await page.getByText(word(lang, "message.unread")).count(), 0, "opened is read");
}

journey("thread: from the estimate to the last day to appeal", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  const sent = await applies(world, person, world.newcomer());
  assert.match(sent.number, CASE_NUMBER);
  await book(person, "sodra");
  assert.equal(await person.page.locator(".visit").count(), 1, "she is coming");
  await decides(await world.person({ lang, scripts, viewport: SCREEN }), sent);
  await reads(person, sent);
  // The time is somebody else's again.
  await cancelAll(person);
});

test("thread: a double click, and back and once more, is one application", async (world) => {
  const person = await world.person({ lang: "sv" });
  const { page, lang } = person;
  await person.signIn(world.newcomer());
  await answerAll(world, person);
  const button = page.getByRole("button", { name: word(lang, "application.check.send"), exact: true });
  const receipt = page.getByText(word(lang, "application.receipt.title")).first();
  await button.dblclick();
  await receipt.waitFor();
  const address = new URL(page.url()).pathname;
  assert.match(address, /^\/ansok\/kvitto\//);
  await back(page);
  assert.equal(new URL(page.url()).pathname, "/ansok/kontrollera");
  await button.click();
  await receipt.waitFor();
  assert.equal(new URL(page.url()).pathname, address, "the same receipt");
  await person.go("/mina-sidor/ansokan");
  assert.equal(await page.locator("main a[href^='/mina-sidor/ansokan/']").count(), 1);
});

journey("thread: another office's caseworker sees nothing", ["sv", "ar"], async (world, { lang, scripts }) => {
  const person = await world.person({ lang, scripts });
  await person.signIn(world.newcomer());
  await person.go("/ansok/handlingar");
  await person.page.locator("[name=files]").setInputFiles(PAPERS);
  await person.page.getByRole("button", { name: word(lang, "document.upload.submit") }).click();
  await person.page.waitForURL("**?mottaget");
  const { number, application } = await apply(world, person);
  const karin = await world.person({ lang, scripts, viewport: SCREEN });
  await karin.signIn("karin");
  const address = await openCase(karin, number);
  const file = await karin.page.getByRole("link", { name: PAPERS[0].name }).getAttribute("href");

  const nils = await world.person({ lang, scripts, viewport: SCREEN });
  await nils.signIn("nils");
  await nils.go("/personal/mottagning");
  await nils.page.getByRole("heading", { level: 1, name: word(lang, "casework.intake.title", { office: "Norra" }) }).waitFor();
  assert.ok(!(await nils.page.locator("main").innerText()).includes(number), "his list has his office's");
  const body = async () => plain(await nils.page.locator("main").innerText());
  assert.equal((await nils.go(`/personal/mottagning/${crypto.randomUUID()}`)).status(), 404);
  const nothing = await body();
  assert.ok(nothing.includes(plain(word(lang, "common.error.not_found_text"))));
  for (const path of [
    address,
    `${address}/berakning/${application}`,
    `${address}/beslut/${application}`,
    `${address}/beslut/${application}/granska`,
    file,
    "/personal/reception",
    "/personal/reception/ansokan",
    "/personal/reception/identitet",
  ]) {
    const answer = await nils.go(path);
    assert.equal(answer.status(), 404, path);
    assert.equal(await body(), nothing, path);
  }
});
