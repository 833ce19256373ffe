// What the rows about the database share: psql, pgbench, and the very statements that porten sends.
import fs from "node:fs";
import path from "node:path";
import { root, run } from "./program.mjs";

const pgBin = process.env.PORTEN_PG_BIN ? `${process.env.PORTEN_PG_BIN}/` : "";
const connection = (porten, role) => ["-h", porten.sockets, "-p", "5432", "-U", role];
/** Of each client's transactions in pgbench these many prepare and plan their statements; porten's connections did so
 * long ago. PostgreSQL plans a prepared statement anew five times before it may settle on one plan. */
const FIRST = 6;

/** Runs SQL and gives what it answers. */
export const psql = (porten, role, sql) =>
  run(`${pgBin}psql`, ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", ...connection(porten, role), "-d", "porten"], {
    input: sql,
  });

/** The least that a program can do with this database: start, connect, ask, end. */
export const psqlOnce = (porten) =>
  run(`${pgBin}psql`, ["-X", "-q", "-A", "-t", ...connection(porten, "porten_app"), "-d", "porten", "-c", "select 1"]);

// Ids and tokens that both sides can work out from a number.
const id = (group, number) => `'0000000${group}-0000-7000-8000-' || lpad(to_hex((${number})::bigint), 12, '0')`;
export const uuid = (group, number) => `(${id(group, number)})::uuid`;
/** What is kept of the session token `hex(number, 64)`. */
export const hash = (number) => `sha256(convert_to(lpad(to_hex((${number})::bigint), 64, '0'), 'UTF8'))`;
export const hex = (number, digits) => number.toString(16).padStart(digits, "0");

/**
 * Runs a script with pgbench as porten's role and gives `{ rate }`, with `rate` given `{ p50, p99 }` too, in microseconds and
 * as porten is asked: from when a transaction was due. Either `transactions` in all, a multiple of `clients`, or `seconds`.
 * `variables` stand in the script as `:name` and travel as parameters.
 */
export async function pgbench(porten, script, { folder, clients, transactions, seconds, rate, variables = {} }) {
  const file = path.join(folder, "pgbench.sql");
  fs.writeFileSync(file, script);
  const logs = path.join(folder, "pgbench-log");
  const said = await run(`${pgBin}pgbench`, [
    ...["-n", "-M", "prepared", "-c", String(clients), "-j", "1", "-f", file],
    ...(transactions ? ["-t", String(transactions / clients)] : ["-T", String(seconds)]),
    ...(rate ? ["-R", String(rate), "-l", `--log-prefix=${logs}`] : []),
    ...Object.entries(variables).flatMap(([name, value]) => ["-D", `${name}=${value}`]),
    ...[...connection(porten, "porten_app"), "porten"],
  ]);
  const measured = Number(said.match(/tps = ([\d.]+) \(without/)?.[1]);
  const [done, wanted] = said.match(/actually processed: (\d+)(?:\/(\d+))?/)?.slice(1) ?? [];
  if (!(measured > 0) || !/failed transactions: 0 /.test(`${said}`) || (transactions && done !== wanted)) {
    throw new Error(`pgbench failed: ${said}`);
  }
  return { rate: measured, ...(rate ? latencies(logs) : {}) };
}

/** Reads the logs of each transaction (client, number, time in microseconds, …) and removes them. */
function latencies(prefix) {
  const times = [];
  for (const name of fs.readdirSync(path.dirname(prefix))) {
    if (!name.startsWith(`${path.basename(prefix)}.`)) continue;
    const file = path.join(path.dirname(prefix), name);
    for (const line of fs.readFileSync(file, "utf8").trim().split("\n")) {
      const [, number, time] = line.split(" ").map(Number);
      if (number > FIRST) times.push(time);
    }
    fs.rmSync(file);
  }
  times.sort((a, b) => a - b);
  const at = (percent) => times[Math.min(times.length - 1, Math.floor((times.length * percent) / 100))];
  if (times.length === 0) throw new Error("pgbench logged no transaction");
  return { p50: at(50), p99: at(99) };
}

let queries;

/**
 * One of porten's own statements, with SQL in place of its parameters. It comes from `.sqlx`, which the release build was
 * just checked against, so that a reference cannot go on sending what porten no longer sends: a statement that cannot be told
 * by these words any more ends the benchmark. It is one that reads like the first of them, or holds them all.
 */
export function statement(words, ...values) {
  const folder = path.join(root, ".sqlx");
  queries ??= fs
    .readdirSync(folder)
    .filter((name) => name.startsWith("query-"))
    .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")).query);
  const exact = queries.filter((query) => query === words[0]);
  const found = exact.length ? exact : queries.filter((query) => words.every((word) => query.includes(word)));
  if (found.length !== 1) throw new Error(`${found.length} of porten's queries have "${words.join('" and "')}"`);
  const places = new Set(found[0].match(/\$\d+/g));
  if (places.size !== values.length) {
    throw new Error(`the query with "${words[0]}" takes ${places.size} parameters, not ${values.length}`);
  }
  return found[0].replace(/\$(\d+)/g, (_, place) => `(${values[place - 1]})`);
}
