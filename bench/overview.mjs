// Rows 2, 3, 9 and 14: the list of new applications at an office as its caseworker sees it. Ours over HTTP; the reference is
// pgbench with the statements of one such page, on the same database.
import crypto from "node:crypto";
import { hash, hex, pgbench, psql, statement, uuid } from "./database.mjs";
import { load, page, request, signIn } from "./program.mjs";

export const CLIENTS = 16;
export const LIST = "/personal/mottagning";
/** New applications at the office: a week's, say. Each with a case, an applicant and two papers of its own. */
const APPLICATIONS = 25;

// Groups of made-up ids, apart from those of the bookings.
const [PERSON, CASE, APPLICATION, OBJECT, DOCUMENT] = [5, 6, 7, 8, 9];
/** Sessions of this row have tokens from here on; the bookings' are below. */
const TOKENS = 1_000_000;
const html = { Accept: "text/html" };

/** An application such as people send. */
const CONTENT = JSON.stringify({
  office: "sodra",
  way: "email",
  email: "prov@exempel.example",
  language: "sv",
  adults: "1",
  children: [{ age: "7", lunch_away: true }],
  incomes: [{ kind: "wage", amount: "4200" }],
  costs: [{ kind: "rent", amount: "7900" }],
  month: "2026-01",
  need: "Jag har för lite pengar till mat och hyra den här månaden.",
  account: "none",
});

/** Applications at karin's office, and karin signed in. */
export async function prepare(porten) {
  const one = async (sql) => (await psql(porten, "porten_owner", sql)).trim().split("|");
  const [municipality] = await one("SELECT municipality_id FROM municipality WHERE name = 'Exempelstad'");
  const set = `SET porten.municipality = '${municipality}';\n`;
  const [staff, office] = await one(
    `${set}SELECT staff_id, office_id FROM staff JOIN demo_persona USING (municipality_id, staff_id) WHERE persona = 'karin'`,
  );
  const series = (last) => `FROM generate_series(0, ${last - 1}) n`;
  await psql(
    porten,
    "porten_owner",
    `${set}
     INSERT INTO person (municipality_id, person_id, display_name, identity)
       SELECT '${municipality}', ${uuid(PERSON, "n")}, 'Provperson ' || n,
         CASE WHEN n % 5 = 0 THEN 'claimed' ELSE 'confirmed' END ${series(APPLICATIONS)};
     INSERT INTO casework_case (municipality_id, case_id, number, office_id, handler_id, opened_at)
       SELECT '${municipality}', ${uuid(CASE, "n")}, '2000-' || lpad(n::text, 5, '0'), '${office}',
         CASE WHEN n % 3 = 0 THEN '${staff}'::uuid END, now() - n * interval '5 hours' ${series(APPLICATIONS)};
     INSERT INTO casework_party (municipality_id, case_id, person_id, role)
       SELECT '${municipality}', ${uuid(CASE, "n")}, ${uuid(PERSON, "n")}, 'applicant' ${series(APPLICATIONS)};
     INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, content, arrived_at)
       SELECT '${municipality}', ${uuid(APPLICATION, "n")}, ${uuid(CASE, "n")}, ${uuid(PERSON, "n")}, 'first', '2026-01-01',
         CASE WHEN n % 5 = 0 THEN 'guest' ELSE 'portal' END, '${CONTENT}', now() - n * interval '5 hours'
         ${series(APPLICATIONS)};
     INSERT INTO storage_object (municipality_id, object_id, state, begun_at)
       SELECT '${municipality}', ${uuid(OBJECT, "n")}, 'committed', now() ${series(2 * APPLICATIONS)};
     INSERT INTO document (municipality_id, document_id, person_id, application_id, object_id, name, media_type, size,
                           sha256, format, uploaded_at)
       SELECT '${municipality}', ${uuid(DOCUMENT, "n")}, ${uuid(PERSON, "n / 2")}, ${uuid(APPLICATION, "n / 2")},
         ${uuid(OBJECT, "n")}, 'papper.pdf', 'application/pdf', 1000, sha256(''), 1, now() ${series(2 * APPLICATIONS)};
     ANALYZE;`,
  );
  const cookie = await signIn(porten, "karin");
  const headers = { ...html, Cookie: cookie };
  const shown = (await page(porten, LIST, headers)).body.toString();
  if (shown.split(`${LIST}/0000`).length <= APPLICATIONS) throw new Error("the list does not show the applications");
  // What the page wrote to the log is what the reference has to ask for and to write.
  const [reference, objects, detail] = await one(
    `${set}SELECT session_ref, object_ids, detail FROM audit WHERE action = 'casework.intake' ORDER BY at DESC LIMIT 1`,
  );
  const token = crypto.createHash("sha256").update(cookie.split("=")[1]).digest("hex");
  const variables = { m: municipality, kind: "staff", token: `\\x${token}`, ref: reference, staff, office, objects, detail };
  const first = `0000000${CASE}-0000-7000-8000-${hex(1, 12)}`;
  return { municipality, staff, set, headers, variables, case: `${LIST}/${first}`, sessions: 0 };
}

/** The list by one session over HTTP, as often as it goes, or `rate` times a second. */
export const ours = (porten, sample, folder, seconds, rate, target = LIST) =>
  load(porten, [request(porten, "GET", target, sample.headers)], { folder, connections: CLIENTS, seconds, rate });

/**
 * What porten sends for one list, in this order:
 *
 * - http/context.rs, auth/session.rs `find`: the session, in a transaction of its own; when it was last written down as used
 *   more than a minute ago, that is written and committed (the rule asks the answer, so the answer gets one more column);
 * - casework/service.rs `intake_inner`: db/mod.rs `begin`, the office's name, which applications (one more than a page), the list, db/audit.rs `write_list_read`, COMMIT.
 *
 * The audit statement goes every time, but writes a row only when the same session has not seen the same list for ten
 * minutes: refreshing a page is no new reading. Rows 2 and 3 refresh, as a caseworker's browser does; row 14 does both.
 *
 * `token` and `ref`: SQL for the session; without `audited` the page says nothing to the log, which porten never does.
 */
function statements({ token = ":token::bytea", ref = ":ref::bigint", audited = true, before = "" } = {}) {
  const [m, ago] = [":m::uuid", (minutes) => `now() - interval '${minutes} minutes'`];
  const begin = `BEGIN;\n${statement(["set_config('porten.municipality'", "lock_timeout"], ":m::text")};`;
  const session = statement(["FROM session", "LEFT JOIN person", "LEFT JOIN staff"], m, token, ":kind::text", ago(15), ago(480));
  // The columns' names become pgbench's variables; those that carry a type for the compiler cannot.
  const asked = session
    .replace(/"(\w+)[?!:][^"]*"/g, "$1")
    .replace("SELECT", "SELECT session.seen_at < now() - interval '1 minute' AS touch,");
  const audit = statement(
    ["INSERT INTO audit", "NOT EXISTS"],
    ...[m, "gen_random_uuid()", "now()", ":kind::text", ":staff::uuid", ref, "'casework.intake'::text"],
    ...["'application'::text", ":objects::uuid[]", "'intake'::text", ":detail::text", ago(10)],
  );
  return `${before}${begin}
${asked} \\gset
\\if :touch
${statement(["UPDATE session SET seen_at = $3"], m, token, "now()")};
COMMIT;
\\else
ROLLBACK;
\\endif
${begin}
${statement(["SELECT name FROM office WHERE municipality_id = $1 AND office_id = $2"], m, ":office::uuid")};
${statement(["application.waiting AND own.office_id = $2", "-infinity"], m, ":office::uuid", "NULL::uuid", "false", "NULL::timestamptz", "NULL::uuid", "51")};
${statement(["application.application_id = ANY($3)", "staff.display_name"], m, ":office::uuid", ":objects::uuid[]")};
${audited ? `${audit};` : ""}
COMMIT;
`;
}

/** The same with pgbench. */
export const reference = (porten, sample, folder, seconds, rate) =>
  pgbench(porten, statements(), { folder, clients: CLIENTS, seconds, rate, variables: sample.variables });

// --- Row 14 -------------------------------------------------------------------------------------------------------

/**
 * Porten has no switch that turns its audit log off, and gets none. So the benchmark, as the owner of its own throw-away
 * database, puts a view named `audit` that swallows what is inserted into a schema of its own, and a second porten finds that
 * one first (`startCold` takes the schema). It does and sends all that it always does; PostgreSQL throws the statement away
 * before it has a plan. Two processes at once, because a connection that has prepared a statement which a rule swallows does
 * not notice when the rule goes.
 *
 * What is left of the price in the side called "off" is building the row and one round trip; the pgbench figures, with and
 * without the statement, have neither, show no page, and their ids of rows come in no order: with them the log's share is as
 * large as it can be.
 */
export async function withoutAudit(porten) {
  const schema = "bench_without_audit";
  await psql(
    porten,
    "porten_owner",
    `CREATE SCHEMA ${schema};
     CREATE VIEW ${schema}.audit AS SELECT * FROM public.audit;
     CREATE RULE swallow AS ON INSERT TO ${schema}.audit DO INSTEAD NOTHING;
     GRANT USAGE ON SCHEMA ${schema} TO porten_app;
     GRANT SELECT, INSERT ON ${schema}.audit TO porten_app;`,
  );
  return schema;
}

/** How many rows the log has. */
export const logged = async (porten, sample) =>
  Number(await psql(porten, "porten_owner", `${sample.set}SELECT count(*) FROM audit`));

/** Gives karin sessions until there are `count`: who has one of her own reads the list for the first time. They are marked
 * as used in an hour, so that none is touched. */
export async function makeSessions(porten, sample, count) {
  await psql(
    porten,
    "porten_owner",
    `${sample.set}
     INSERT INTO session (municipality_id, token_hash, kind, staff_id, created_at, seen_at)
       SELECT '${sample.municipality}', ${hash(`${TOKENS} + n`)}, 'staff', '${sample.staff}', now(), now() + interval '1 hour'
       FROM generate_series(${sample.sessions}, ${count - 1}) n;
     ANALYZE session;`,
  );
  await psql(porten, "postgres", "CHECKPOINT");
  sample.sessions = count;
}

/** The list once by each of the sessions `from` … `from + count`. */
export function oursOnce(porten, from, count, folder) {
  const requests = Array.from({ length: count }, (_, turn) =>
    request(porten, "GET", LIST, { ...html, Cookie: `porten_staff=${hex(TOKENS + from + turn, 64)}` }),
  );
  return load(porten, requests, { folder, connections: CLIENTS, seconds: 0 });
}

/** The same with pgbench, with and without the audit statement. Its name for the session is any number like ours: random. */
export function referenceOnce(porten, sample, from, count, folder, audited) {
  const before = `\\set i :i + 1\n\\set n ${TOKENS} + :from + :i * ${CLIENTS} + :client_id\n\\set ref hash(:n)\n`;
  const variables = { ...sample.variables, from, i: -1 };
  const script = statements({ token: hash(":n"), audited, before });
  return pgbench(porten, script, { folder, clients: CLIENTS, transactions: count, variables });
}
