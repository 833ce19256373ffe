// The benchmarks: ours and the reference in turns, medians, and a table against the budgets. See bench/README.md.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as bookings from "./bookings.mjs";
import { folder, load, request, startPorten, startReference, stopAll } from "./program.mjs";

const ROUNDS = 7;
/** Seconds of one round. */
const ROUND = 1;
const BOOKING_ROUND = 3;
const CONNECTIONS = 16;
/** Longest the whole may take, in milliseconds. */
const PATIENCE = 6 * 60_000;
/** GOV.UK Frontend: CSS, JavaScript and fonts, compressed, in bytes. */
const GOVUK = 91_000;

const wanted = process.argv.slice(2);
if (wanted.some((row) => !["1", "4", "6", "16"].includes(row))) {
  console.error("usage: scripts/bench [1] [4] [6] [16]");
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

function row(name, unit, ours, reference, budget, { most = false } = {}) {
  const ratio = ours / reference;
  const ok = most ? ratio <= budget : ratio >= budget;
  table.push({
    name,
    cells: [`${number(ours)} ${unit}`, `${number(reference)} ${unit}`, ratio.toFixed(2), `${most ? "≤" : "≥"} ${budget}`],
    ok,
  });
}

/** A limit in bytes: the reference is the limit itself, or what it is measured against. */
function bytes(name, ours, reference, limit) {
  const kilo = (value) => `${(value / 1000).toFixed(1)} kB`;
  const [against, ratio] = reference ? [kilo(reference), (ours / reference).toFixed(2)] : ["—", "—"];
  table.push({ name, cells: [kilo(ours), against, ratio, `≤ ${limit / 1000} kB`], ok: ours <= limit });
}

/** An answer as it comes over the wire: `{ status, headers, body }`. */
function get(porten, target, headers = {}, { method = "GET", body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = http.request(`http://${porten.address}${target}`, { method, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

async function page(porten, target, headers) {
  const answer = await get(porten, target, headers);
  if (answer.status !== 200) throw new Error(`${target} answers ${answer.status}`);
  return answer;
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
  const signedIn = await get(
    porten,
    "/demo/login",
    { "Content-Type": "application/x-www-form-urlencoded" },
    { method: "POST", body: "persona=anna" },
  );
  const cookie = signedIn.headers["set-cookie"]?.[0].split(";")[0];
  if (!cookie) throw new Error("signing in gave no session");
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
  if (wants("4")) await book(porten);
  print(before);
}

try {
  await main();
  await end(0);
} catch (error) {
  console.error(`bench: ${error.message}`);
  await end(1);
}
