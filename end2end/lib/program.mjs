// Starts the program that is tested on a free loopback port with a fresh data folder, and stops it again.
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Longest wait for the program to be ready, and to end, in milliseconds. */
const START = 60_000;
const END = 20_000;
/** Made-up applicants of one run, `seed-0001` …: nobody's application is in another test's way. */
const NEWCOMERS = 200;

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

async function ready(origin, ended) {
  const until = Date.now() + START;
  for (;;) {
    if (ended()) throw new Error("the program ended while it started");
    try {
      if ((await fetch(`${origin}/health/ready`)).ok) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > until) throw new Error(`the program is not ready after ${START / 1000} s`);
    await pause(50);
  }
}

/** An island built from other source than the program stays asleep without a word: say so before anything is tried. */
async function sameSource(origin) {
  const text = async (address) => (await fetch(origin + address)).text();
  const page = await text("/rakna");
  const island = page.match(/data-component="(\w+)"/)?.[1];
  const boot = page.match(/<script type="module" src="([^"]+)"/)?.[1];
  const script = boot && (await text(boot)).match(/import\(\s*"([^"]+)"/)?.[1];
  if (!island || !script) throw new Error("/rakna has no island or no script");
  if (!(await text(script)).includes(island)) {
    throw new Error("the site was built from other source than the program: build both (scripts/e2e does)");
  }
}

/** `{ origin, newcomer(), output(), stop() }`. `stop` may be called more than once. */
export async function startProgram() {
  const program = process.env.PORTEN_BIN ?? path.join(root, "target/debug/porten");
  if (!fs.existsSync(program)) throw new Error(`no program at ${program}: build it, or set PORTEN_BIN`);
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "porten-e2e-"));
  fs.chmodSync(data, 0o755); // As root the database runs as another user, who must get in.
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;

  // Nothing of the caller's settings counts here.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PORTEN_(?!PG_BIN$|SITE$)|DATABASE_URL|PG)/.test(name)),
  );
  // A test may say where a request comes from, so that no limit takes thousands of households for one.
  Object.assign(env, { PORTEN_LISTEN: `127.0.0.1:${port}`, PORTEN_DATA: data, PORTEN_TRUSTED_PROXIES: "127.0.0.1" });
  await promisify(execFile)(program, ["seed", "--persons", String(NEWCOMERS)], { cwd: root, env, timeout: START }).catch((error) => {
    fs.rmSync(data, { recursive: true, force: true });
    throw error;
  });
  const child = spawn(program, ["serve", "--demo"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });

  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => written.push(chunk));
  const output = () => Buffer.concat(written).toString();
  let ended = false;
  const end = new Promise((resolve) => {
    child.once("error", (error) => {
      written.push(Buffer.from(`${error}\n`));
      ended = true;
      resolve();
    });
    child.once("exit", () => {
      ended = true;
      resolve();
    });
  });

  let stopping;
  const stop = () => {
    stopping ??= (async () => {
      if (!ended) {
        child.kill("SIGTERM");
        const gone = await Promise.race([end.then(() => true), pause(END, false, { ref: false })]);
        if (!gone) {
          child.kill("SIGKILL");
          throw new Error(`the program did not end within ${END / 1000} s of SIGTERM`);
        }
      }
      fs.rmSync(data, { recursive: true, force: true });
    })();
    return stopping;
  };

  try {
    await ready(origin, () => ended);
    await sameSource(origin);
  } catch (error) {
    await stop().catch(() => {});
    throw new Error(`${error.message}\n${output()}`);
  }
  let newcomers = 0;
  const newcomer = () => {
    newcomers += 1;
    if (newcomers > NEWCOMERS) throw new Error(`more than ${NEWCOMERS} newcomers: seed more`);
    return `seed-${String(newcomers).padStart(4, "0")}`;
  };
  return { origin, newcomer, output, stop };
}
