// Browser tests. usage: node end2end/run.mjs [--update] [part of a test's name]
import { runAll } from "./lib/runner.mjs";
import "./tests/estimate.mjs";
import "./tests/doors.mjs";
import "./tests/account.mjs";
import "./tests/visit.mjs";
import "./tests/thread.mjs";
import "./tests/casework.mjs";
import "./tests/desk.mjs";
import "./tests/tree.mjs";
import "./tests/keyboard.mjs";
import "./tests/layout.mjs";
import "./tests/axe.mjs";

const filter = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
try {
  process.exitCode = (await runAll(filter)) > 0 ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
