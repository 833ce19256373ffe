// Both doors: random households through the shipped WebAssembly in the page and over HTTP. Lines, amounts and total are the
// same, and what cannot be read is refused by both.
import assert from "node:assert/strict";
import { dayFromNow } from "../lib/application.mjs";
import { openPerson } from "../lib/browser.mjs";
import { household } from "../lib/households.mjs";
import { startProgram } from "../lib/program.mjs";
import { test } from "../lib/runner.mjs";
import { knownMonth } from "../lib/steps.mjs";
import { plain, word } from "../lib/words.mjs";

/** How many, and the seed of all: printed, and given again by PORTEN_SEED. */
const HOUSEHOLDS = Number(process.env.PORTEN_HOUSEHOLDS ?? 2000);
const SEED = Number(process.env.PORTEN_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]);
const BATCH = 100;
/** Every so many also ask REST. */
const REST = 4;
/** Longest time of one household, in milliseconds: a build without optimisation on a busy machine. */
const PATIENCE = 200;

/** What the island says of answers that cannot be read, and of a month whose norm nobody knows yet. */
const CORRECT = "norm.live_wait";
const NOT_KNOWN = "common.field.norm_not_known";

/** In the page: rows for as many children as the form can have, and texts that come at once. */
function prepare() {
  const form = document.getElementById("rakna");
  const first = form.elements.namedItem("child.0.age").closest("fieldset");
  let last = first;
  for (let row = 1; row < 20; row += 1) {
    const more = first.cloneNode(true);
    for (const control of more.querySelectorAll("[name^='child.0.']")) {
      control.name = control.name.replace("child.0.", `child.${row}.`);
      control.removeAttribute("id");
    }
    last.after(more);
    last = more;
  }
  // The headline waits until nobody types: here nobody does.
  window.setTimeout = (work) => (work(), 0);
}

/** In the page: all these households, first each in the form, then over HTTP some at a time. */
async function ask(batch) {
  const form = document.getElementById("rakna");
  const own = (element) =>
    [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
  const whole = (text) => Number(text.replace(/[^\d\u2212]/g, "").replace("\u2212", "-"));
  const read = (row) => [own(row.cells[0]), whole(row.cells[1].textContent), row.querySelector(".money-law")?.textContent ?? ""];
  const table = (place) => {
    const found = place?.querySelector("table.money");
    if (!found) return null;
    const rows = [...found.querySelectorAll("tbody tr:not(.money-sum)")].filter((row) => row.cells.length === 2);
    return { lines: rows.map(read), total: read(found.tFoot.rows[0]) };
  };
  const fill = ({ fields, rows }) => {
    form.reset();
    form.elements.namedItem("child_rows").value = String(rows);
    for (const [name, value] of fields) {
      const control = form.elements.namedItem(name);
      if (!control) throw new Error(`the form has no ${name}`);
      const one = control instanceof RadioNodeList ? [...control].find((choice) => choice.value === value) : control;
      if (one.type === "radio" || one.type === "checkbox") one.checked = true;
      else one.value = value;
    }
  };

  const began = performance.now();
  const sent = batch.map((one) => {
    fill(one);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const live = { table: table(document.getElementById("live-figures")) };
    live.headline = document.getElementById("live-headline").textContent;
    return { live, body: new URLSearchParams(new FormData(form)) };
  });
  const typed = performance.now();

  const over = async (one, { live, body }) => {
    const headers = { "x-forwarded-for": one.from };
    const answer = await fetch("/rakna", { method: "POST", headers, body });
    const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const page = { status: answer.status, table: table(main), headline: main.querySelector(".answer-headline")?.textContent };
    page.faults = [...main.querySelectorAll(".error-summary a")].map((link) => link.getAttribute("href"));
    if (!one.request) return { live, page };
    const asked = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(one.request) };
    const rest = await fetch("/api/v1/estimates", asked);
    return { live, page, rest: { status: rest.status, body: await rest.json() } };
  };
  const seen = [];
  let turn = 0;
  const lane = async () => {
    for (let place = turn++; place < batch.length; place = turn++) seen[place] = await over(batch[place], sent[place]);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  return { seen, typing: typed - began, asking: performance.now() - typed };
}

/** The figures of a law's section, however it is written. */
const figures = (text) => (text.match(/\d+/g) ?? []).join(" ");
const lawOf = ({ law }) => (law ? [law.chapter, law.section, law.point, figures(law.act)].filter((part) => part != null).join(" ") : "");

function compare(lang, { live, page, rest }) {
  if (page.status === 200) {
    assert.ok(page.table && page.table.lines.length >= 2, "the page has its lines");
    assert.deepEqual(live.table, page.table, "the island's lines are the page's");
    assert.equal(plain(live.headline), plain(page.headline), "the answer is the same sentence");
  } else {
    assert.equal(page.status, 422);
    assert.ok(page.faults.length > 0, "the page names a field");
    assert.equal(page.table, null, "no figures where one answer cannot be read");
    assert.equal(live.table, null, "nor in the island");
    const texts = [CORRECT, NOT_KNOWN].map((key) => plain(word(lang, key)));
    assert.ok(texts.includes(plain(live.headline)), `the island says what to do: ${live.headline}`);
  }
  if (!rest) return;
  assert.equal(rest.status, page.status, "REST answers as the page does");
  if (rest.status === 200) {
    const { lines, previous_surplus: left, support, surplus } = rest.body;
    const amounts = lines.map((line) => [line.amount, lawOf(line)]);
    if (left > 0) amounts.push([left, ""]);
    assert.deepEqual(page.table.lines.map(([, amount, law]) => [amount, figures(law)]), amounts, "REST has the page's lines");
    assert.equal(page.table.total[1], surplus > 0 ? surplus : support, "and its total");
  } else {
    const unknown = rest.body.errors.every(({ code }) => code === "norm_not_known");
    assert.equal(plain(live.headline), plain(word(lang, unknown ? NOT_KNOWN : CORRECT)));
    assert.equal(new Set(page.faults).size, new Set(rest.body.errors.map(({ pointer }) => named(pointer))).size, "as many fields");
  }
}

/** A field of the page stands for one place of the request; an entry of a list is one field. */
const named = (pointer) => pointer.replace(/^(\/(?:costs|incomes)\/\d+)\/(?:kind|amount|person)$/, "$1");

/** So many households through both doors of the service that `person` has before her. */
async function bothDoors(origin, person, households) {
  const { page, lang } = person;
  await person.go("/rakna");
  await person.awake();
  const schema = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()).components.schemas;
  const months = await page.locator("select[name=month] option").evaluateAll((all) => all.map((one) => one.value));
  const { month } = await knownMonth({ origin }, page);
  const offered = {
    // However few of them are known when this runs, most households get an answer.
    months: [...months, ...months.map(() => month)],
    costs: schema.CostKind.enum,
    incomes: schema.IncomeKind.enum,
    situations: schema.Situation.enum,
  };
  await page.evaluate(prepare);
  const count = { answered: 0, refused: 0, typing: 0, asking: 0 };
  for (let from = 0; from < households; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, households - from) }, (_, place) => from + place);
    const batch = numbers.map((number) => {
      const { fields, rows, request } = household(SEED, number, offered);
      // Each from its own address: no limit counts them together.
      const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
      return { fields, rows, from: address, request: number % REST === 0 ? request : undefined };
    });
    const { seen, typing, asking } = await page.evaluate(ask, batch);
    for (const [place, found] of seen.entries()) {
      try {
        compare(lang, found);
      } catch (error) {
        const typed = JSON.stringify(batch[place].fields);
        error.message = `PORTEN_SEED=${SEED}, household ${numbers[place]}: ${typed}\n${error.message}`;
        throw error;
      }
      count[found.page.status === 200 ? "answered" : "refused"] += 1;
    }
    count.typing += typing;
    count.asking += asking;
  }
  const each = (time) => (time / households).toFixed(1);
  console.log(
    `         PORTEN_SEED=${SEED}: ${count.answered} answered, ${count.refused} refused by both; ` +
      `${each(count.typing)} ms each in the page, ${each(count.asking)} ms over HTTP`,
  );
  assert.ok(count.answered > households / 4 && count.refused > households / 50, "both kinds were among them");
}

test(
  `estimate: both doors give ${HOUSEHOLDS} random households the same`,
  async (world) => bothDoors(world.origin, await world.person(), HOUSEHOLDS),
  60_000 + HOUSEHOLDS * PATIENCE,
);

/** In the page: another way of everything the form asks for, and for each cost something that is usually accepted. */
function settle(day) {
  const form = document.querySelector("[name='one_of_couple.of']").form;
  for (const name of ["day_divisor", "part_month_common", "child_money"]) {
    const choices = form.elements.namedItem(name);
    if (choices instanceof RadioNodeList) choices[choices.length - 1].checked = true;
    else choices.selectedIndex = choices.options.length - 1;
  }
  const values = { "one_of_couple.of": "2", "one_of_couple.out_of": "5", surplus_rolls: "0", checked_on: day, source: "Riktlinjer, punkt 4" };
  for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
  for (const amount of form.querySelectorAll("[name^='ceiling.']")) amount.value = String(400 * Number(amount.name.split(".")[2]));
  form.requestSubmit();
}

test(
  "estimate: both doors calculate in a municipality's own way",
  async (world) => {
    // A program of its own: other tests count on what applies where nothing is settled.
    const program = await startProgram();
    try {
      const there = { ...world, origin: program.origin };
      const admin = await openPerson(there);
      await admin.signIn("admin");
      await admin.go("/personal/installningar/norm");
      await admin.page.evaluate(settle, dayFromNow(0));
      await admin.page.waitForURL("**?sparad");
      await admin.close();
      const person = await openPerson(there);
      await person.go("/rakna");
      const { month } = await knownMonth(there, person.page);
      const rent = { month, household: { adults: 1 }, costs: [{ kind: "rent", amount: 9999 }] };
      const asked = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rent) };
      const counted = (await (await fetch(`${program.origin}/api/v1/estimates`, asked)).json()).costs_total;
      // It holds from this month; what is known may end before.
      assert.equal(counted, month >= dayFromNow(0).slice(0, 7) ? 400 : 9999, "what was settled counts");
      await bothDoors(program.origin, person, Math.ceil(HOUSEHOLDS / 4));
      await person.close();
      assert.deepEqual([...admin.problems, ...person.problems], []);
    } finally {
      await program.stop();
    }
  },
  60_000 + HOUSEHOLDS * PATIENCE,
);
