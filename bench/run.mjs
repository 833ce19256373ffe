// The benchmarks: ours and the reference in turns, medians, and a table against the budgets. See bench/README.md.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as bookings from "./bookings.mjs";
import { psqlOnce } from "./database.mjs";
import * as overview from "./overview.mjs";
import {
  estimates,
  folder,
  get,
  load,
  memory,
  page,
  request,
  root,
  signIn,
  startCold,
  startEcho,
  startPorten,
  startReference,
  stopAll,
} from "./program.mjs";

const ROUNDS = 7;
/** Seconds of one round. */
const ROUND = 1;
const BOOKING_ROUND = 3;
const OVERVIEW_ROUND = 3;
const AUDIT_ROUND = 2;
/** A program that has shown its first page settles for so long before its memory is read, in milliseconds. */
const SETTLE = 1000;
const CONNECTIONS = 16;
/** Longest the whole may take, in milliseconds. */
const PATIENCE = 15 * 60_000;
/** Estimates a second on one core: the one budget that is no ratio. */
const ESTIMATES = 1_000_000;
/** As many people ask from as many networks: each stays far below its limit. */
const ADDRESSES = 2000;
/** GOV.UK Frontend: CSS, JavaScript and fonts, compressed, in bytes. */
const GOVUK = 91_000;

const wanted = process.argv.slice(2);
const ROWS = ["1", "2", "3", "4", "6", "9", "11", "14", "16"];
if (wanted.some((row) => !ROWS.includes(row))) {
  console.error(`usage: scripts/bench ${ROWS.map((row) => `[${row}]`).join(" ")}`);
  process.exit(2);
}
const wants = (row) => wanted.length === 0 || wanted.includes(row);

const work = folder();
const table = [];
const remarks = [];
let stopping;
function end(status) {
  stopping ??= stopAll().finally(() => {
    fs.rmSync(work, { recursive: true, force: true });
    process.exit(status);
  });
  return stopping;
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(130));
setTimeout(() => {
  console.error(`bench: not done after ${PATIENCE / 60_000} minutes, stopped`);
  end(1);
}, PATIENCE).unref();

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const middle = (rounds, what) => median(rounds.map((round) => round[what]));
const number = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1));

/** Ours and the reference in turns: A B A B …, after one round of each that does not count. */
async function turns(name, ours, reference) {
  process.stdout.write(`${name} `);
  const rounds = { ours: [], reference: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    const [a, b] = [await ours(round), await reference(round)];
    if (round >= 0) {
      rounds.ours.push(a);
      rounds.reference.push(b);
    }
    process.stdout.write(".");
  }
  process.stdout.write("\n");
  return rounds;
}

/** A budget is a ratio, or with `most` the largest one; `limit` is what ours may be at most besides. */
function row(name, unit, ours, reference, budget, { most = false, limit } = {}) {
  const ratio = ours / reference;
  const ok = (budget === undefined || (most ? ratio <= budget : ratio >= budget)) && !(ours > limit);
  const budgets = [
    ...(budget === undefined ? [] : [`${most ? "≤" : "≥"} ${budget}`]),
    ...(limit === undefined ? [] : [`≤ ${limit.toLocaleString("en")} ${unit}`]),
  ];
  const cells = [`${number(ours)} ${unit}`, `${number(reference)} ${unit}`, ratio.toFixed(2), budgets.join(", ")];
  table.push({ name, cells, ok });
}

/** A limit in bytes: the reference is the limit itself, or what it is measured against. */
function bytes(name, ours, reference, limit) {
  const kilo = (value) => `${(value / 1000).toFixed(1)} kB`;
  const [against, ratio] = reference ? [kilo(reference), (ours / reference).toFixed(2)] : ["—", "—"];
  table.push({ name, cells: [kilo(ours), against, ratio, `≤ ${limit / 1000} kB`], ok: ours <= limit });
}

const PHONE = { "Accept-Encoding": "gzip, deflate, br" };
const html = { Accept: "text/html" };

// --- Rows 1 and 16 ------------------------------------------------------------------------------------------------

async function rates(porten) {
  const css = (await page(porten, "/")).body.toString().match(/href="(\/pkg\/[^"]+\.css)"/)[1];
  const cases = [
    { row: "1", name: "1 page from the cache, brotli", target: "/", headers: PHONE, budget: 0.5 },
    { row: "1", name: "1 page from the cache, plain", target: "/", headers: {}, budget: 0.5 },
    { row: "1", name: "1 page rendered afresh", target: "/?x=1", headers: PHONE, budget: 0.1 },
    { row: "16", name: "16 hashed file, latency p50", target: css, headers: PHONE, budget: 1.5 },
  ].filter(({ row }) => wants(row));
  const pages = [];
  for (const [index, one] of cases.entries()) {
    const answer = await page(porten, one.target, { ...html, ...one.headers });
    one.file = path.join(work, `body-${index}`);
    fs.writeFileSync(one.file, answer.body);
    pages.push({ path: `/${index}`, file: one.file, kind: answer.headers["content-type"] });
  }
  const reference = await startReference(pages);
  for (const [index, { row: of, name, target, headers, budget }] of cases.entries()) {
    const latency = of === "16";
    const how = { folder: work, connections: latency ? 1 : CONNECTIONS, seconds: ROUND };
    const asked = { ...html, ...headers };
    const rounds = await turns(
      name,
      () => load(porten, [request(porten, "GET", target, asked)], how),
      () => load(reference, [request(reference, "GET", `/${index}`, asked)], how),
    );
    const what = latency ? "p50" : "rate";
    const [a, b] = [middle(rounds.ours, what), middle(rounds.reference, what)];
    row(name, latency ? "µs" : "/s", a, b, budget, { most: latency });
    const used = [rounds.ours, rounds.reference].map((side) => middle(side, "processor").toFixed(1));
    remarks.push(`${name}: processor time a request ${used[0]} µs, reference ${used[1]} µs`);
  }
}

// --- Row 6 --------------------------------------------------------------------------------------------------------

/** Everything a page fetches until it is interactive: what it names, and what that names. */
async function weigh(porten, target, headers) {
  const first = await page(porten, target, { ...html, ...PHONE, ...headers });
  const sizes = { html: first.body.length, css: 0, js: 0, wasm: 0, other: 0 };
  const plain = await page(porten, target, { ...html, ...headers });
  const files = new Set(plain.body.toString().match(/\/pkg\/[\w.-]+/g));
  for (const file of files) {
    const kind = file.split(".").pop();
    sizes[kind in sizes ? kind : "other"] += (await page(porten, file, PHONE)).body.length;
    if (kind === "wasm") continue;
    const text = (await page(porten, file)).body.toString();
    for (const inner of text.match(/\/pkg\/[\w.-]+/g) ?? []) files.add(inner);
  }
  return sizes;
}

async function weights(porten) {
  const cookie = await signIn(porten, "anna");
  const pages = [
    ["start page", "/", {}],
    ["/rakna", "/rakna", {}],
    ["booking, choose a time", "/mina-sidor/besok/boka", { Cookie: cookie }],
  ];
  for (const [name, target, headers] of pages) {
    const sizes = await weigh(porten, target, headers);
    const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    bytes(`6 ${name}, all`, all, GOVUK, GOVUK);
    bytes(`6 ${name}, to usable`, sizes.html + sizes.css, 0, 45_000);
    if (sizes.wasm) bytes(`6 ${name}, WASM`, sizes.wasm, 0, 60_000);
    remarks.push(`6 ${name}: ${Object.entries(sizes).map(([kind, size]) => `${kind} ${number(size)}`).join(", ")} bytes`);
  }
}

// --- Row 11 -------------------------------------------------------------------------------------------------------

async function norm(porten) {
  let name = "11 the norm alone, one core";
  process.stdout.write(`${name} `);
  const rounds = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const one = await estimates(ROUND);
    if (round >= 0) rounds.push(one);
    process.stdout.write(".");
  }
  process.stdout.write("\n");
  const rate = middle(rounds, "rate");
  const budget = `≥ ${ESTIMATES.toLocaleString("en")} /s`;
  table.push({ name, cells: [`${number(rate)} /s`, "—", "—", budget], ok: rate >= ESTIMATES });
  remarks.push(`${name}: check and estimate, ${middle(rounds, "lines").toFixed(1)} lines on average, ${number(1e9 / rate)} ns each`);

  name = "11 POST /api/v1/estimates";
  const households = JSON.parse(fs.readFileSync(path.join(root, "bench/households.json"), "utf8"));
  const asked = JSON.stringify(households[2]);
  const kind = { "Content-Type": "application/json" };
  const target = "/api/v1/estimates";
  const answer = await get(porten, target, kind, { method: "POST", body: asked });
  if (answer.status !== 200) throw new Error(`${target} answers ${answer.status}: ${answer.body}`);
  const file = path.join(work, "body-estimate");
  fs.writeFileSync(file, answer.body);
  const reference = await startEcho(file);
  const requests = (server, path) =>
    Array.from({ length: ADDRESSES }, (_, place) =>
      request(server, "POST", path, { ...kind, "X-Forwarded-For": `10.${place >> 8}.${place & 255}.1` }, asked),
    );
  const how = { folder: work, connections: CONNECTIONS, seconds: ROUND };
  const [ours, theirs] = [requests(porten, target), requests(reference, "/")];
  const seen = await turns(name, () => load(porten, ours, how), () => load(reference, theirs, how));
  row(name, "/s", middle(seen.ours, "rate"), middle(seen.reference, "rate"), 0.5);
  const used = [seen.ours, seen.reference].map((side) => middle(side, "processor").toFixed(1));
  remarks.push(
    `${name}: ${asked.length} bytes asked, ${answer.body.length} answered, ${JSON.parse(answer.body).lines.length} lines; processor ` +
      `time a request ${used[0]} µs, bare axum reading and writing that JSON ${used[1]} µs`,
  );
  await reference.stop();
}

// --- Row 4 --------------------------------------------------------------------------------------------------------

async function book(porten) {
  const name = "4 bookings on different slots";
  const sample = await bookings.prepare(porten);
  const { CLIENTS, SLOTS_A_DAY } = bookings;
  // Whole days of slots, so that the two sides never draw numbers for the same day.
  const step = CLIENTS * SLOTS_A_DAY;
  const [few, most] = [2 * step, 50 * step];
  await bookings.makeSlots(porten, sample, 2 * few);
  // The first round of each fills the caches and says how many a round takes.
  await bookings.ours(porten, 0, few, work);
  const { rate } = await bookings.reference(porten, sample, few, few, work);
  const count = Math.max(few, Math.min(most, Math.round((rate * BOOKING_ROUND) / step) * step));
  let from = sample.slots;
  await bookings.makeSlots(porten, sample, from + 2 * (ROUNDS + 1) * count);
  const take = () => (from += count) - count;
  const rounds = await turns(
    name,
    () => bookings.ours(porten, take(), count, work),
    () => bookings.reference(porten, sample, take(), count, work),
  );
  const seats = await bookings.booked(porten, sample);
  if (seats !== sample.slots) throw new Error(`${seats} of ${sample.slots} slots were booked`);
  row(name, "/s", middle(rounds.ours, "rate"), middle(rounds.reference, "rate"), 0.5);
  const [p50, p99, used] = ["p50", "p99", "processor"].map((what) => number(middle(rounds.ours, what)));
  remarks.push(
    `${name}: ${CLIENTS} clients, ${count} bookings a round; ours p50 ${p50} µs, p99 ${p99} µs, porten's own ` +
      `processor time ${used} µs a booking`,
  );
}

// --- Rows 2, 3, 9 and 14: the list of new applications ------------------------------------------------------------

async function list(porten, sample) {
  const [ours, reference] = [overview.ours, overview.reference].map(
    (side) => (rate) => side(porten, sample, work, OVERVIEW_ROUND, rate),
  );
  let name = "2 signed-in overview";
  let top;
  if (wants("2")) {
    const rounds = await turns(name, () => ours(), () => reference());
    top = middle(rounds.ours, "rate");
    row(name, "/s", top, middle(rounds.reference, "rate"), 0.5);
    const used = number(middle(rounds.ours, "processor"));
    remarks.push(`${name}: ${overview.CLIENTS} clients; porten's own processor time ${used} µs a page`);
  } else if (wants("3")) {
    await ours();
    top = median([(await ours()).rate, (await ours()).rate, (await ours()).rate]);
  }
  if (!wants("3")) return;
  name = "3 its first byte, p99 at half rate";
  const rate = Math.round(top / 2);
  const rounds = await turns(name, () => ours(rate), () => reference(rate));
  const [a, b] = [middle(rounds.ours, "first99"), middle(rounds.reference, "p99")];
  row(name, "µs", a, b, 4, { most: true, limit: 25_000 });
  const [reached, against] = [rounds.ours, rounds.reference].map((side) => number(middle(side, "rate")));
  remarks.push(`${name}: asked for ${number(rate)} /s at random moments, ours did ${reached} /s, pgbench ${against} /s`);
}

async function start(porten, sample) {
  const name = "9 cold start to the first page";
  const target = overview.LIST;
  const data = path.join(work, "cold");
  fs.mkdirSync(data, { mode: 0o755 });
  const file = path.join(work, "body-cold");
  fs.writeFileSync(file, (await page(porten, target, sample.headers)).body);
  const settled = async (server) => {
    await pause(SETTLE);
    const used = memory(server.pid);
    await server.stop();
    return used;
  };
  const rounds = await turns(
    name,
    async () => {
      const cold = await startCold(porten, data, target, sample.headers);
      return { milliseconds: cold.milliseconds, ...(await settled(cold)) };
    },
    async () => {
      const begun = performance.now();
      await psqlOnce(porten);
      const milliseconds = performance.now() - begun;
      const bare = await startReference([{ path: "/", file, kind: "text/html" }]);
      await page(bare, "/");
      return { milliseconds, ...(await settled(bare)) };
    },
  );
  const both = (what, unit) => [rounds.ours, rounds.reference].map((side) => middle(side, what) / unit);
  row(name, "ms", ...both("milliseconds", 1), undefined, { limit: 150 });
  row("9 idle memory", "MB", ...both("resident", 1e6), undefined, { limit: 40 });
  const [own, bare] = both("own", 1e6).map(number);
  remarks.push(`9 idle memory: resident after one page, of which not the program's file ${own} MB, bare axum ${bare} MB`);
}

async function audit(porten, sample) {
  const budget = 0.8;
  const data = path.join(work, "without-audit");
  fs.mkdirSync(data, { mode: 0o755 });
  const schema = await overview.withoutAudit(porten);
  const without = await startCold(porten, data, overview.LIST, sample.headers, schema);
  // Each side says how many rows it wrote, so that neither is what it is not called.
  const counted = async (server, ask) => {
    const before = await overview.logged(porten, sample);
    const seen = await ask();
    return { ...seen, written: ((await overview.logged(porten, sample)) - before) / seen.requests };
  };
  const compare = async (name, wanted, ask) => {
    const side = (server) => (round) => counted(server, () => ask(server, round));
    const rounds = await turns(name, side(porten), side(without));
    const [on, off] = [rounds.ours, rounds.reference].map((side) => side.map(({ written }) => written));
    if (on.some((written) => Math.abs(written - wanted) > 0.02) || off.some((written) => written !== 0)) {
      throw new Error(`${name}: wrote ${on.join(" ")} rows a page, and ${off.join(" ")} with the log off`);
    }
    row(name, "/s", middle(rounds.ours, "rate"), middle(rounds.reference, "rate"), budget);
  };
  const often = (target) => (server) => overview.ours(server, sample, work, AUDIT_ROUND, undefined, target);
  await compare("14 audit on/off: list, refreshed", 0, often(overview.LIST));
  await compare("14 audit on/off: a case", 1, often(sample.case));

  // The list read for the first time, by as many sessions as there are reads; porten and pgbench share them.
  const few = 20 * overview.CLIENTS;
  await overview.makeSessions(porten, sample, 2 * few);
  await overview.oursOnce(without, 0, few, work);
  const { rate } = await overview.oursOnce(porten, few, few, work);
  const count = Math.ceil((rate * AUDIT_ROUND) / overview.CLIENTS) * overview.CLIENTS;
  const base = sample.sessions;
  await overview.makeSessions(porten, sample, base + (ROUNDS + 1) * count);
  const from = (round) => base + (round + 1) * count;
  await compare("14 audit on/off: list, first read", 1, (server, round) =>
    overview.oursOnce(server, from(round), count, work),
  );
  const name = "14 the database's share: list, first read";
  const bare = (audited) => (round) => overview.referenceOnce(porten, sample, from(round), count, work, audited);
  const before = await overview.logged(porten, sample);
  const rounds = await turns(name, bare(true), bare(false));
  const written = (await overview.logged(porten, sample)) - before;
  if (written !== (ROUNDS + 1) * count) throw new Error(`pgbench wrote ${written} rows to the log in ${ROUNDS + 1} x ${count} reads`);
  const [on, off] = [middle(rounds.ours, "rate"), middle(rounds.reference, "rate")];
  remarks.push(
    `${name}: pgbench with the audit statement ${number(on)} /s, without ${number(off)} /s, ratio ${(on / off).toFixed(2)}; ` +
      "the page's own ratio lies between this and the one in the table",
  );
  await without.stop();
}

const busy = ({ used }) => used > 0.1;

// --- The table ----------------------------------------------------------------------------------------------------

function print(before) {
  const rows = [
    ["what", "ours", "reference", "ratio", "budget", "ok?"],
    ...table.map(({ name, cells, ok }) => [name, ...cells, ok ? "yes" : "NO"]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const [head, ...body] = rows.map(line);
  console.log(`\n${head}\n|${widths.map((width) => "-".repeat(width + 2)).join("|")}|\n${body.join("\n")}\n`);
  for (const remark of remarks) console.log(remark);
  console.log(
    `Median of ${ROUNDS} rounds in turns, ${CONNECTIONS} connections for rates and one for latency; PORTEN_LOG=warn (at info there is a ` +
      "line a request). Bytes are those on the wire: files and public pages in brotli, pages of a signed-in person plain.",
  );
  const load = before.load.map((load) => load.toFixed(2)).join(" ");
  console.log(`${os.cpus().length} processors; before: load average ${load}, ${Math.round(before.used * 100)} % in use by others`);
  if (busy(before)) console.log("The machine was busy: read the ratios, not the figures, and measure again.");
  const missed = table.filter(({ ok }) => !ok).map(({ name }) => name);
  console.log(missed.length ? `Missed: ${missed.join("; ")}` : "Every budget is met.");
}

/** What share of the processors somebody uses just now. The load average still remembers the build before us. */
async function used() {
  const times = () => os.cpus().map(({ times }) => [times.idle, Object.values(times).reduce((a, b) => a + b)]);
  const sum = (all, column) => all.reduce((total, one) => total + one[column], 0);
  const first = times();
  await pause(2000);
  const last = times();
  return 1 - (sum(last, 0) - sum(first, 0)) / (sum(last, 1) - sum(first, 1));
}

async function main() {
  const before = { load: os.loadavg(), used: await used() };
  if (busy(before)) console.log("note: the machine is busy, the figures will be unsteady");
  const data = path.join(work, "data");
  fs.mkdirSync(data, { mode: 0o755 });
  const porten = await startPorten(data);
  if (wants("6")) await weights(porten);
  if (wants("1") || wants("16")) await rates(porten);
  if (wants("11")) await norm(porten);
  if (wants("4")) await book(porten);
  if (["2", "3", "9", "14"].some(wants)) {
    const sample = await overview.prepare(porten);
    if (wants("2") || wants("3")) await list(porten, sample);
    if (wants("9")) await start(porten, sample);
    if (wants("14")) await audit(porten, sample);
  }
  print(before);
}

try {
  await main();
  await end(0);
} catch (error) {
  console.error(`bench: ${error.message}`);
  await end(1);
}
