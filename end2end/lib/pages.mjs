// Every page of the service with how to get there: for what is tried or drawn on all of them.
import * as application from "./application.mjs";
import { book, cancelAll, chooseFirstTime, fillExample, fillRest, knownMonth } from "./steps.mjs";
import { word } from "./words.mjs";

const path = (address) => (person) => person.go(address);

async function sendEstimate(person) {
  await person.page.locator("#rakna .actions").last().getByRole("button").click();
}

/** The answer to the worked example. */
async function estimate(person, world) {
  await person.go("/rakna");
  const { month } = await knownMonth(world, person.page);
  await fillExample(person.page, person.lang, month);
  await fillRest(person.page);
  await sendEstimate(person);
  await person.page.locator(".answer").waitFor();
}

/** What if: the questions, with the figures of the worked example. */
async function whatIf(person, world) {
  await estimate(person, world);
  await person.page.getByRole("button", { name: word(person.lang, "norm.compare.link"), exact: true }).click();
  await person.page.waitForURL("**/rakna/jamfor");
}

// What later pages stand on, made where it is first needed.

/** The newcomer's application, sent. */
async function sent(run, world) {
  run.sent ??= await application.apply(world, await run.as("newcomer"));
  return run.sent;
}

/** Its case, worked on by karin, whose browser is there now. */
async function ownCase(run, world) {
  const karin = await run.as("karin");
  if (run.case) {
    await karin.go(run.case);
  } else {
    run.case = await application.openCase(karin, (await sent(run, world)).number);
    await application.takeCase(karin);
  }
  return karin;
}

/** The case's page of figures or of the decision, with "/berakning/…" or "/beslut/…". */
async function below(run, world, part, more = "") {
  const karin = await ownCase(run, world);
  await karin.go(`${run.case}/${part}/${run.sent.application}${more}`);
  return karin;
}

/** The draft of the decision, with everything that is needed to publish it. */
async function draft(run, world) {
  const { page, lang } = await below(run, world, "beslut");
  await (await application.need(page, "rent", "granted")).fill("100");
  await (await application.need(page, "rent", "outcome")).selectOption("partly");
  await (await application.need(page, "rent", "reason")).fill("Du får inte hela hyran, därför att du har sparade pengar.");
  await (await application.need(page, "electricity", "reason")).fill("Fakturan visar 380 kronor.");
  await page.locator("[name=pay_on]").fill(application.dayFromNow(5));
  await page.getByRole("button", { name: word(lang, "decision.staff.review") }).click();
  await page.waitForURL("**/granska");
}

/** Gives whoever has just come a number; ends on the board. */
async function register({ page, lang, go }) {
  await go("/personal/reception");
  await page.getByRole("button", { name: word(lang, "reception.register.submit"), exact: true }).click();
  await page.locator(".desk-given").waitFor();
  return page.locator(".desk-given .board-number").innerText();
}

/** Calls it. */
async function call(person) {
  const number = await register(person);
  await person.page.getByRole("button", { name: word(person.lang, "reception.queue.call", { number }), exact: true }).click();
  await person.page.getByRole("button", { name: word(person.lang, "reception.queue.finish", { number }), exact: true }).waitFor();
  return number;
}

/** Maria's decision that she has opened, or has not; the sample has none where the month's norm is not known. */
const decision = (opened) => async (person) => {
  await person.go("/mina-sidor/beslut");
  const text = word(person.lang, "decision.list.unopened");
  const item = person.page.locator(".decisions > li").filter({ [opened ? "hasNotText" : "hasText"]: text });
  if ((await item.count()) === 0) return false;
  await item.first().getByRole("link").click();
  await person.page.waitForURL(/\/beslut\/[0-9a-f-]{36}$/);
  return true;
};

/**
 * `[name, open(person, world, run), { as }]`. `as`: who is signed in; `newcomer` has done nothing before, `guest` never
 * signs in. In order: later pages build on earlier ones, and make what is missing when they are opened alone. `open` may
 * answer `false`: the page is not there today.
 */
const PAGES = [
  ["start", path("/")],
  ["rakna", path("/rakna")],
  ["rakna-svar", estimate],
  ["jamfor", whatIf],
  [
    "jamfor-svar",
    async (person, world) => {
      await whatIf(person, world);
      const { page, lang } = person;
      await page.getByText(word(lang, "norm.compare.work"), { exact: true }).click();
      await page.locator("[name='change.work.adult1.hours']").fill("20");
      await page.locator("[name='change.work.adult1.hourly']").fill("110");
      await page.getByRole("button", { name: word(lang, "norm.compare.submit"), exact: true }).click();
      await page.locator(".answer, .error-summary").first().waitFor();
    },
  ],
  [
    "rakna-fel",
    async (person) => {
      await person.go("/rakna");
      await person.page.locator("[name='cost.rent']").fill("åtta tusen");
      await person.page.locator("[name='child.0.age']").fill("nio");
      await sendEstimate(person);
      await person.page.locator(".error-summary").waitFor();
    },
  ],
  ["papper-behovs", path("/dokument-du-behover")],
  [
    "papper-behovs-lista",
    async (person) => {
      await person.go("/dokument-du-behover");
      for (const [name, value] of [["adults", "2"], ["home", "rents"], ["income", "wage"], ["also", "ill"]])
        await person.page.locator(`[name=${name}][value="${value}"]`).check();
      await person.page.getByRole("button", { name: word(person.lang, "document.needed.submit") }).click();
      await person.page.locator(".needed").first().waitFor();
    },
  ],
  ["kontakt", path("/kontakt")],
  ["akut", path("/akut")],
  ["tillganglighet", path("/tillganglighet")],
  ["personuppgifter", path("/personuppgifter")],
  ["ansok", path("/ansok")],
  [
    "ansok-kod",
    async (person) => {
      await person.go("/ansok");
      await person.page.getByRole("button", { name: word(person.lang, "application.start.without"), exact: true }).click();
      await person.page.locator(".resume-code").waitFor();
    },
    { as: "guest" },
  ],
  ["ansok-kontakt-utan", path("/ansok/kontakt"), { as: "guest" }],
  [
    "ansok-kvitto-utan",
    async (person, world, run) => {
      if ((await person.go("/ansok/kontakt")).url().endsWith("/ansok")) await application.withoutEId(person);
      run.claimed = await application.apply(world, person, { name: "Tomas" });
    },
    { as: "guest" },
  ],
  [
    "ansok-gatt-ut",
    async (person) => {
      if ((await person.go("/ansok/kontakt")).url().endsWith("/ansok")) await application.withoutEId(person);
      await person.go("/ansok/kontakt");
      await person.page.getByRole("button", { name: word(person.lang, "application.leave.button"), exact: true }).click();
      await person.page.waitForURL("**/ansok/ga-ut");
    },
    { as: "guest" },
  ],
  ["logga-in", path("/logga-in?till=/mina-sidor")],
  ["utloggad", path("/logga-in?utloggad")],
  ["finns-inte", path("/finns-inte")],
  ["ny-flik", path("/ny-flik")],
  ["mina-sidor", path("/mina-sidor"), { as: "anna" }],
  [
    "besok-inga",
    async (person) => {
      await cancelAll(person);
      await person.go("/mina-sidor/besok");
    },
    { as: "anna" },
  ],
  ["boka-1-tid", path("/mina-sidor/besok/boka"), { as: "anna" }],
  [
    "boka-1-fel",
    async (person) => {
      await person.go("/mina-sidor/besok/boka?kontor=centrum");
      await person.page.getByRole("button", { name: word(person.lang, "visit.slots.go_on") }).click();
      await person.page.locator(".error-summary, .question").first().waitFor();
    },
    { as: "maria" },
  ],
  [
    "boka-2-uppgifter",
    async (person) => {
      await person.go("/mina-sidor/besok/boka");
      await chooseFirstTime(person.page, person.lang);
    },
    { as: "anna" },
  ],
  ["boka-3-bekrafta", path("/mina-sidor/besok/boka/bekrafta"), { as: "anna" }],
  ["besok-bokat", (person) => book(person), { as: "anna" }],
  [
    "avboka",
    async (person) => {
      await person.go("/mina-sidor/besok");
      await person.page.getByRole("link", { name: word(person.lang, "visit.list.cancel"), exact: true }).first().click();
      await person.page.getByRole("button", { name: word(person.lang, "visit.cancel.submit") }).waitFor();
    },
    { as: "anna" },
  ],
  ["avbokat", (person) => cancelAll(person), { as: "anna" }],
  ["meddelanden-inga", path("/mina-sidor/meddelanden"), { as: "newcomer" }],
  ["ansokningar-inga", path("/mina-sidor/ansokan"), { as: "newcomer" }],
  ["papper-inga", path("/mina-sidor/handlingar"), { as: "newcomer" }],
  ["beslut-inga", path("/mina-sidor/beslut"), { as: "newcomer" }],
  ["ansok-kontakt", path("/ansok/kontakt"), { as: "newcomer" }],
  [
    "ansok-kontakt-fel",
    async (person) => {
      await person.go("/ansok/kontakt");
      await person.page.locator("[name=way][value=email]").check();
      await person.page.locator("[name=email]").fill("namn");
      await person.page.getByRole("button", { name: word(person.lang, "application.go_on"), exact: true }).click();
      await person.page.locator(".error-summary").waitFor();
    },
    { as: "newcomer" },
  ],
  ["ansok-hushall", path("/ansok/hushall"), { as: "newcomer" }],
  ["ansok-situation", path("/ansok/situation"), { as: "newcomer" }],
  ["ansok-inkomster", path("/ansok/inkomster"), { as: "newcomer" }],
  ["ansok-kostnader", path("/ansok/kostnader"), { as: "newcomer" }],
  ["ansok-behov", path("/ansok/behov"), { as: "newcomer" }],
  ["ansok-konto", path("/ansok/konto"), { as: "newcomer" }],
  ["ansok-papper", path("/ansok/papper"), { as: "newcomer" }],
  ["ansok-handlingar-inga", path("/ansok/handlingar"), { as: "newcomer" }],
  [
    "ansok-handlingar-fel",
    async (person) => {
      await person.go("/ansok/handlingar");
      const letter = { name: "brev.txt", mimeType: "text/plain", buffer: Buffer.from("Hej") };
      await person.page.locator("[name=files]").setInputFiles([...application.PAPERS, letter]);
      await person.page.getByRole("button", { name: word(person.lang, "document.upload.submit") }).click();
      await person.page.locator(".error-summary").waitFor();
    },
    { as: "newcomer" },
  ],
  ["ansok-handlingar", path("/ansok/handlingar"), { as: "newcomer" }],
  ["ansok-sparat", path("/ansok/sparat"), { as: "newcomer" }],
  ["ansok-kontrollera-kvar", path("/ansok/kontrollera"), { as: "newcomer" }],
  ["ansok-kontrollera", (person, world) => application.answerAll(world, person), { as: "newcomer" }],
  [
    "ansok-vantar",
    async (person, world) => {
      const { page, lang } = person;
      await person.go("/rakna");
      await fillExample(page, lang, (await knownMonth(world, page)).month);
      await fillRest(page);
      await sendEstimate(person);
      await page.locator(".answer").waitFor();
      await page.getByRole("button", { name: word(lang, "norm.apply") }).click();
      await page.waitForURL("**/ansok");
      await page.getByRole("button", { name: word(lang, "application.waiting.keep") }).waitFor();
    },
    { as: "newcomer" },
  ],
  [
    "ansok-kvitto",
    async (person, world, run) => person.go(`/ansok/kvitto/${(await sent(run, world)).application}`),
    { as: "newcomer" },
  ],
  ["meddelanden", (person, world, run) => sent(run, world).then(() => person.go("/mina-sidor/meddelanden")), { as: "newcomer" }],
  [
    "meddelande",
    async (person, world, run) => {
      await sent(run, world);
      await person.go("/mina-sidor/meddelanden");
      await person.page.getByRole("link", { name: word(person.lang, "message.received.title") }).click();
      await person.page.waitForURL("**/meddelanden/*");
    },
    { as: "newcomer" },
  ],
  ["ansokningar", (person, world, run) => sent(run, world).then(() => person.go("/mina-sidor/ansokan")), { as: "newcomer" }],
  [
    "ansokan",
    async (person, world, run) => person.go(`/mina-sidor/ansokan/${(await sent(run, world)).application}`),
    { as: "newcomer" },
  ],
  ["papper", (person, world, run) => sent(run, world).then(() => person.go("/mina-sidor/handlingar")), { as: "newcomer" }],
  [
    "papper-ansokan",
    async (person, world, run) => person.go(`/mina-sidor/handlingar/${(await sent(run, world)).application}`),
    { as: "newcomer" },
  ],
  ["beslut", path("/mina-sidor/beslut"), { as: "maria" }],
  ["beslut-oppnat", decision(true), { as: "maria" }],
  ["beslut-att-oppna", decision(false), { as: "maria" }],

  ["personal", path("/personal"), { as: "rut" }],
  ["reception", path("/personal/reception"), { as: "rut" }],
  ["reception-nummer", (person) => register(person), { as: "rut" }],
  ["reception-kallad", (person) => call(person), { as: "rut" }],
  [
    "reception-klar",
    async (person) => {
      const number = await call(person);
      const { page, lang } = person;
      await page.getByRole("button", { name: word(lang, "reception.queue.finish", { number }), exact: true }).click();
      await page.getByRole("link", { name: word(lang, "reception.finished.apply"), exact: true }).waitFor();
    },
    { as: "rut" },
  ],
  [
    "reception-vem",
    async (person) => {
      await person.go("/personal/reception");
      await person.page.locator("[name=who]").fill("Prov");
      await person.page.locator("[name=who]").press("Enter");
      await person.page.getByRole("heading", { level: 1, name: word(person.lang, "reception.choose.title") }).waitFor();
    },
    { as: "rut" },
  ],
  ["reception-ansokan", path("/personal/reception/ansokan"), { as: "rut" }],
  [
    "reception-ansokan-fel",
    async (person) => {
      await person.go("/personal/reception/ansokan");
      await person.page.getByRole("button", { name: word(person.lang, "reception.apply.submit") }).click();
      await person.page.locator(".error-summary").waitFor();
    },
    { as: "rut" },
  ],
  [
    "reception-kvitto",
    async (person) => {
      await person.go("/personal/reception/ansokan");
      await person.page.locator("[name=name]").fill("Tomas");
      await person.page.getByRole("button", { name: word(person.lang, "reception.apply.submit") }).click();
      await person.page.locator(".answer").waitFor();
    },
    { as: "rut" },
  ],
  ["identitet", path("/personal/reception/identitet"), { as: "rut" }],
  [
    "identitet-jamfor",
    async (person, world, run) => {
      if (!run.claimed) {
        const guest = await run.as("guest");
        await application.withoutEId(guest);
        run.claimed = await application.apply(world, guest, { name: "Tomas" });
      }
      await person.go("/personal/reception/identitet");
      await person.page.locator("[name=case_number]").fill(run.claimed.number);
      await person.page.getByRole("button", { name: word(person.lang, "reception.identity.find") }).click();
      await person.page.locator("[name=personal_number]").waitFor();
    },
    { as: "rut" },
  ],
  ["skarm", path("/skarm/sodra")],
  ["skarm-ingen", path("/skarm/norra")],

  ["mottagning", path("/personal/mottagning"), { as: "karin" }],
  ["mottagning-mina", path("/personal/mottagning?visa=mina"), { as: "karin" }],
  ["mottagning-inte-nadda", path("/personal/mottagning?visa=inte-nadda"), { as: "karin" }],
  ["arende", (person, world, run) => ownCase(run, world), { as: "karin" }],
  ["arende-annans", (person, world, run) => ownCase(run, world).then(() => person.go(run.case)), { as: "joel" }],
  ["berakning", (person, world, run) => below(run, world, "berakning"), { as: "karin" }],
  [
    "berakning-fel",
    async (person, world, run) => {
      await below(run, world, "berakning");
      await (await application.figure(person.page, "cost.electricity", "amount")).fill("380");
      await application.saveFigures(person);
      await person.page.locator(".error-summary").waitFor();
    },
    { as: "karin" },
  ],
  [
    "berakning-sparad",
    async (person, world, run) => {
      await below(run, world, "berakning");
      await (await application.figure(person.page, "cost.electricity", "amount")).fill("380");
      await (await application.figure(person.page, "cost.electricity", "reason")).fill("Enligt fakturan.");
      await application.saveFigures(person);
      await person.page.waitForURL("**?sparad");
    },
    { as: "karin" },
  ],
  ["beslut-utkast", (person, world, run) => below(run, world, "beslut"), { as: "karin" }],
  [
    "beslut-utkast-fel",
    async (person, world, run) => {
      await below(run, world, "beslut");
      await (await application.need(person.page, "rent", "granted")).fill("tusen");
      await person.page.getByRole("button", { name: word(person.lang, "decision.staff.save") }).click();
      await person.page.locator(".error-summary").waitFor();
    },
    { as: "karin" },
  ],
  ["granska", (person, world, run) => draft(run, world), { as: "karin" }],
  [
    "granska-hinder",
    async (person, world, run) => {
      await below(run, world, "beslut");
      await (await application.need(person.page, "rent", "reason")).fill("");
      await person.page.getByRole("button", { name: word(person.lang, "decision.staff.review") }).click();
      await person.page.waitForURL("**/granska");
    },
    { as: "karin" },
  ],
  [
    "beslut-publicerat",
    async (person, world, run) => {
      await draft(run, world);
      await person.page.getByRole("button", { name: word(person.lang, "decision.preview.publish"), exact: true }).click();
      await person.page.waitForURL("**?publicerat");
    },
    { as: "karin" },
  ],
  ["personal-nils", path("/personal"), { as: "nils" }],
  ["mottagning-norra", path("/personal/mottagning"), { as: "nils" }],
  ["installningar", path("/personal/installningar"), { as: "admin" }],
  ["installningar-norm", path("/personal/installningar/norm"), { as: "admin" }],
  ["installningar-handlingar", path("/personal/installningar/handlingar"), { as: "admin" }],
];

/** Opens every page (or those named) in turn in one browser of each person, and does `work(name, person)` there. */
export async function onEveryPage(world, options, work, names) {
  const persons = new Map();
  const run = {
    /** That person's browser, signed in. */
    async as(who) {
      let person = persons.get(who);
      if (!person) {
        person = await world.person(options);
        persons.set(who, person);
        if (who && who !== "guest") await person.signIn(who === "newcomer" ? world.newcomer() : who);
      }
      return person;
    },
  };
  for (const [name, open, { as = "" } = {}] of PAGES) {
    if (names && !names.includes(name)) continue;
    const person = await run.as(as);
    if ((await open(person, world, run)) === false) continue;
    await work(name, person);
  }
}
