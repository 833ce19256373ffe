// Starts and stops what is measured: porten with a fresh data folder, and the bare reference beside it; and asks them.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Longest wait for a program to be ready, and to end, in milliseconds. */
const START = 60_000;
const END = 20_000;

const target = path.dirname(process.env.PORTEN_BIN ?? path.join(root, "target/release/porten"));
const programs = { porten: process.env.PORTEN_BIN ?? path.join(target, "porten"), bench: path.join(target, "bench") };

/** What runs now; `stopAll` ends it, by process id. */
const running = new Set();

function launch(program, args, options) {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
  const written = [];
  child.stderr.on("data", (chunk) => written.push(chunk));
  const started = { child, ended: false, errors: () => Buffer.concat(written).toString() };
  started.end = new Promise((resolve) => {
    const done = () => {
      started.ended = true;
      running.delete(started);
      resolve();
    };
    child.once("error", done);
    child.once("exit", done);
  });
  running.add(started);
  return started;
}

async function stop({ child, end }) {
  child.kill("SIGTERM");
  if (await Promise.race([end.then(() => false), pause(END, true, { ref: false })])) child.kill("SIGKILL");
  await end;
}

export async function stopAll() {
  await Promise.all([...running].map(stop));
}

/** Runs a program to its end and gives what it wrote. */
export async function run(program, args, { input, ...options } = {}) {
  const started = launch(program, args, { ...options, stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
  const written = [];
  started.child.stdout.on("data", (chunk) => written.push(chunk));
  if (input !== undefined) started.child.stdin.end(input);
  const [status] = await new Promise((resolve) => {
    started.child.once("close", (...how) => resolve(how));
    started.child.once("error", (error) => resolve([String(error)]));
  });
  if (status !== 0) throw new Error(`${path.basename(program)} ended with ${status}: ${started.errors()}`);
  return Buffer.concat(written).toString();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A folder that the database's user may enter. */
export function folder() {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "porten-bench-"));
  fs.chmodSync(made, 0o755);
  return made;
}

/** The environment of a porten. Nothing of the caller's settings counts here. */
function settings(more) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PORTEN_(?!PG_BIN$|SITE$)|DATABASE_URL|PG)/.test(name)),
  );
  return Object.assign(env, { PORTEN_LOG: process.env.PORTEN_BENCH_LOG ?? "warn" }, more);
}

/** The demo on a free port: `{ address, pid, sockets }`. */
export async function startPorten(data) {
  for (const program of Object.values(programs)) {
    if (!fs.existsSync(program)) throw new Error(`no program ${path.basename(program)}: scripts/bench builds it`);
  }
  const address = `127.0.0.1:${await freePort()}`;
  // Who asks may say for whom: as behind a proxy, no limit takes all for one.
  const env = settings({ PORTEN_LISTEN: address, PORTEN_DATA: data, PORTEN_TRUSTED_PROXIES: "127.0.0.1" });
  const started = launch(programs.porten, ["serve", "--demo"], { env });
  started.child.stdout.resume();
  const until = Date.now() + START;
  for (;;) {
    if (started.ended || Date.now() > until) throw new Error(`porten did not start: ${started.errors()}`);
    const ready = await fetch(`http://${address}/health/ready`).then((answer) => answer.ok, () => false);
    if (ready) break;
    await pause(50);
  }
  return { address, pid: started.child.pid, sockets: path.join(data, "postgres-run") };
}

/**
 * Another porten, on the database of a running one and without the demo's duties: `{ milliseconds, address, pid, stop }`,
 * with the time from exec to the first 200 of `target`, whole. Asked every millisecond, by somebody already running.
 * It looks for tables in `schema` first, if there is one.
 */
export async function startCold(porten, data, target, headers, schema) {
  const address = `127.0.0.1:${await freePort()}`;
  const tables = schema ? `?options[search_path]=${schema},public` : "";
  const url = `postgres://porten_app@${encodeURIComponent(porten.sockets)}:5432/porten${tables}`;
  const env = settings({ PORTEN_LISTEN: address, PORTEN_DATA: data, DATABASE_URL: url });
  const begun = performance.now();
  const started = launch(programs.porten, ["serve"], { env });
  started.child.stdout.resume();
  for (;;) {
    const status = await get({ address }, target, headers).then((answer) => answer.status, () => 0);
    const milliseconds = performance.now() - begun;
    if (status === 200) return { milliseconds, address, pid: started.child.pid, stop: () => stop(started) };
    if (started.ended || status !== 0 || milliseconds > START) {
      throw new Error(`porten did not start (${target} answered ${status}): ${started.errors()}`);
    }
    await pause(1);
  }
}

/** A server of the `bench` program, which says its port. */
async function startServer(...words) {
  const started = launch(programs.bench, words);
  const port = await new Promise((resolve, reject) => {
    started.child.stdout.once("data", (chunk) => resolve(Number(chunk)));
    started.end.then(() => reject(new Error(`the reference did not start: ${started.errors()}`)));
  });
  return { address: `127.0.0.1:${port}`, pid: started.child.pid, stop: () => stop(started) };
}

/** Bare axum with `pages`: `[{ path, file, kind }]`. */
export const startReference = (pages) =>
  startServer("serve", ...pages.flatMap(({ path, file, kind }) => [path, file, kind]));

/** Bare axum that reads JSON at `POST /` and answers with the JSON of a file. */
export const startEcho = (file) => startServer("echo", file);

/** The norm alone, on one core, for so many seconds: `{ rate, lines }`, estimates a second and lines of one on average. */
export async function estimates(seconds) {
  const given = ["domain/riksnorm", "bench/households.json"].map((place) => path.join(root, place));
  const seen = JSON.parse(await run(programs.bench, ["estimate", ...given, String(seconds)]));
  return { rate: seen.estimates / seen.seconds, lines: seen.lines / seen.households };
}

/** An answer as it comes over the wire: `{ status, headers, body }`. */
export function get(server, target, headers = {}, { method = "GET", body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = http.request(`http://${server.address}${target}`, { method, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.once("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

export async function page(server, target, headers) {
  const answer = await get(server, target, headers);
  if (answer.status !== 200) throw new Error(`${target} answers ${answer.status}`);
  return answer;
}

/** Signs in as one of the demo's people and gives the cookie, `name=token`. */
export async function signIn(porten, persona) {
  const kind = { "Content-Type": "application/x-www-form-urlencoded" };
  const answer = await get(porten, "/demo/login", kind, { method: "POST", body: `persona=${persona}` });
  const cookie = answer.headers["set-cookie"]?.[0].split(";")[0];
  if (!cookie) throw new Error("signing in gave no session");
  return cookie;
}

/** Memory of a process, in bytes: all that is resident, and of that what is not a file's. */
export function memory(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m"))[1]) * 1024;
  return { resident: bytes("VmRSS"), own: bytes("RssAnon") };
}

/** Processor time of a process so far, in microseconds. */
function processor(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/**
 * Sends requests and gives `{ requests, rate, p50, p99, first99, processor }`, times in microseconds; `first…` to an answer's
 * first byte. `seconds` 0: each request once. `rate`: so many a second, and times count from when each was due.
 */
export async function load(server, requests, { folder, connections, seconds, rate, expect = 200 }) {
  const file = path.join(folder, "requests");
  fs.writeFileSync(file, requests.join("\0"));
  const before = processor(server.pid);
  const numbers = [connections, seconds, ...(rate ? [rate] : [])].map(String);
  const seen = JSON.parse(await run(programs.bench, ["load", server.address, file, ...numbers]));
  const used = processor(server.pid) - before;
  if (seen.statuses[expect] !== seen.requests || seen.requests === 0) {
    throw new Error(`expected only ${expect}, got ${JSON.stringify(seen.statuses)}`);
  }
  return {
    requests: seen.requests,
    rate: seen.requests / seen.seconds,
    p50: seen.p50 / 1000,
    p99: seen.p99 / 1000,
    first99: seen.first99 / 1000,
    processor: used / seen.requests,
  };
}

/** A request as it goes over the wire. */
export function request(server, method, target, headers = {}, body = "") {
  const lines = Object.entries({ Host: server.address, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
