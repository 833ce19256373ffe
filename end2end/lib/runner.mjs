// A tiny runner: tests one after the other, each with its time, a closing line, an exit code.
import fs from "node:fs";
import path from "node:path";
import { openPerson, startBrowser } from "./browser.mjs";
import { root, startProgram } from "./program.mjs";

export const results = path.join(root, "end2end/results");
/** Longest time of a test that says no other, in milliseconds. */
const LIMIT = 240_000;

const tests = [];

/** Adds a test. `run` gets the world: `person(options)` opens a browser that is closed and judged at the end,
 * `newcomer()` names an applicant who has not done anything yet. `limit`: how long it may take, in milliseconds. */
export const test = (name, run, limit = LIMIT) => tests.push({ name, run, limit });

/** Adds the same test for each language with scripts and without. */
export function journey(name, languages, run) {
  for (const lang of languages) {
    for (const scripts of [true, false]) {
      test(`${name}, ${lang}, scripts ${scripts ? "on" : "off"}`, (world) => run(world, { lang, scripts }));
    }
  }
}

/** Runs `work` with program and browser started, and stops both whatever happens. */
export async function withWorld(work) {
  let program;
  let browser;
  let closing;
  const close = () => {
    closing ??= (async () => {
      await browser?.close().catch(() => {});
      await program?.stop();
    })();
    return closing;
  };
  const interrupted = (signal) => {
    console.error(`\n${signal}: stopping`);
    close().finally(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => interrupted(signal));
  try {
    [program, browser] = await Promise.all([
      startProgram().then((started) => (program = started)),
      startBrowser().then((started) => (browser = started)),
    ]);
    return await work({ origin: program.origin, newcomer: program.newcomer, program, browser });
  } finally {
    await close();
  }
}

async function one({ name, run, limit }, base) {
  const persons = [];
  const world = {
    ...base,
    async person(options) {
      const person = await openPerson(base, options);
      persons.push(person);
      return person;
    },
  };
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  try {
    await Promise.race([run(world), late]);
    const problems = persons.flatMap((person) => person.problems);
    if (problems.length > 0) throw new Error(`what must not happen on a page:\n${[...new Set(problems)].join("\n")}`);
    return null;
  } catch (error) {
    fs.mkdirSync(results, { recursive: true });
    const stem = name.replace(/[^\p{L}\d]+/gu, "-");
    for (const [place, person] of persons.entries()) {
      const file = path.join(results, `failed-${stem}${place || ""}.png`);
      await person.page.screenshot({ path: file, fullPage: true, timeout: 5_000 }).catch(() => {});
    }
    return error;
  } finally {
    clearTimeout(timer);
    await Promise.all(persons.map((person) => person.close().catch(() => {})));
  }
}

/** What went wrong and where in these files, without the runner's own lines. */
function told(error) {
  const [message, ...stack] = String(error.stack ?? error).split(/\n(?=\s+at )/);
  const lines = [...message.split("\n").slice(0, 40), ...stack.filter((line) => /end2end.(tests|lib.(steps|pages|application))/.test(line))];
  return lines.map((line) => `         ${line.trimEnd()}`).join("\n");
}

/** Runs the tests whose name holds the filter. Gives the number that failed. */
export async function runAll(filter) {
  const chosen = tests.filter(({ name }) => name.includes(filter ?? ""));
  if (chosen.length === 0) throw new Error(`no test is called like '${filter}'`);
  const began = Date.now();
  const failed = [];
  await withWorld(async (world) => {
    for (const item of chosen) {
      const start = Date.now();
      const error = await one(item, world);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.log(`${error ? "FAILED" : "ok    "} ${seconds.padStart(5)} s  ${item.name}`);
      if (error) {
        failed.push(item.name);
        console.log(told(error));
      }
    }
    if (failed.length > 0) {
      fs.mkdirSync(results, { recursive: true });
      fs.writeFileSync(path.join(results, "program.log"), world.program.output());
    }
  });
  if (failed.length > 0) console.log(`\nfailed:\n${failed.map((name) => `  ${name}`).join("\n")}`);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`\n${chosen.length - failed.length} passed, ${failed.length} failed (${seconds} s)`);
  return failed.length;
}
