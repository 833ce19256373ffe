// Every page of the service with how to get there: for what is tried or drawn on all of them.
import { book, cancelAll, chooseFirstTime, fillExample, fillRest, knownMonth } from "./steps.mjs";
import { word } from "./words.mjs";

const path = (address) => (person) => person.go(address);

async function sendEstimate(person) {
  await person.page.locator("#rakna .actions").last().getByRole("button").click();
}

/** `[name, open(person, world), options]`. `as`: who is signed in. In order: later pages build on earlier ones. */
const PAGES = [
  ["start", path("/")],
  ["rakna", path("/rakna")],
  [
    "rakna-svar",
    async (person, world) => {
      await person.go("/rakna");
      const { month } = await knownMonth(world, person.page);
      await fillExample(person.page, person.lang, month);
      await fillRest(person.page);
      await sendEstimate(person);
      await person.page.locator(".answer").waitFor();
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
  ["kontakt", path("/kontakt")],
  ["akut", path("/akut")],
  ["tillganglighet", path("/tillganglighet")],
  ["personuppgifter", path("/personuppgifter")],
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
  ["personal", path("/personal"), { as: "rut" }],
  ["reception", path("/personal/reception"), { as: "rut" }],
  ["personal-inget", path("/personal"), { as: "nils" }],
];

/** Opens every page (or those named) in turn in one browser of each person, and does `work(name, person)` there. */
export async function onEveryPage(world, options, work, names) {
  const persons = new Map();
  for (const [name, open, { as = "" } = {}] of PAGES) {
    if (names && !names.includes(name)) continue;
    let person = persons.get(as);
    if (!person) {
      person = await world.person(options);
      persons.set(as, person);
      if (as) await person.signIn(as);
    }
    await open(person, world);
    await work(name, person);
  }
}
