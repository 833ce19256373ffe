// The service's own texts, so that a test says the same in every language.
import fs from "node:fs";
import path from "node:path";
import { root } from "./program.mjs";

const files = new Map();

/** The text of `room.key.key`, with `{{ name }}` filled in from `given`. */
export function word(lang, key, given = {}) {
  const [room, ...keys] = key.split(".");
  const file = path.join(root, "locales", lang, `${room}.json`);
  if (!files.has(file)) files.set(file, JSON.parse(fs.readFileSync(file, "utf8")));
  const text = keys.reduce((part, name) => part?.[name], files.get(file));
  if (typeof text !== "string") throw new Error(`no text ${key} in ${lang}`);
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name) => given[name] ?? all);
}

/** Text as one reads it: ordinary spaces, no invisible marks of direction. */
export const plain = (text) =>
  text.replace(/[\u200e\u200f\u2066-\u2069]/g, "").replace(/[\u00a0\u202f\s]+/g, " ").trim();

/** An amount as that language writes it. */
export const figures = (lang, amount) =>
  String(amount).replace(/\B(?=(\d{3})+$)/g, lang === "sv" ? " " : ",");

/** The text with everything that changes from day to day masked: digits, names of months and weekdays. */
export function masked(lang, text) {
  const names = [
    ..."january february march april may june july august september october november december".split(" "),
    ..."monday tuesday wednesday thursday friday saturday sunday".split(" "),
  ].map((name) => word(lang, `common.date.${name}`));
  const pattern = new RegExp(`(?<!\\p{L})(${names.join("|")})(?!\\p{L})`, "giu");
  return text.replace(pattern, "‹name›").replace(/(?<!level=)\d+/g, "#");
}
