// Row 4: bookings. Ours over HTTP; the reference is pgbench with the statements of one booking, on the same database.
import { hash, hex, pgbench, psql, statement, uuid } from "./database.mjs";
import { load, request } from "./program.mjs";

export const CLIENTS = 8;
const PEOPLE = 500;
/** Few enough that a drawn visit number is hardly ever taken already: that would be another statement. */
export const SLOTS_A_DAY = 20;

const [PERSON, SLOT, VISIT, AUDIT] = [1, 2, 3, 4];

/** People with sessions. `seen_at` lies ahead, so that no session is written down as used while we measure. */
export async function prepare(porten) {
  const found = await psql(porten, "porten_owner", "SELECT municipality_id FROM municipality WHERE name = 'Exempelstad'");
  const municipality = found.trim();
  const set = `SET porten.municipality = '${municipality}';\n`;
  const office = (await psql(porten, "porten_owner", `${set}SELECT office_id FROM office WHERE slug = 'norra'`)).trim();
  await psql(
    porten,
    "porten_owner",
    `${set}
     INSERT INTO person SELECT '${municipality}', ${uuid(PERSON, "n")}, 'Provperson ' || n
       FROM generate_series(0, ${PEOPLE - 1}) n;
     INSERT INTO session SELECT '${municipality}', ${hash("n")}, 'applicant', ${uuid(PERSON, "n")}, NULL, now(),
       now() + interval '1 hour' FROM generate_series(0, ${PEOPLE - 1}) n;`,
  );
  return { municipality, office, set, slots: 0 };
}

/** Makes slots until there are `count`. */
export async function makeSlots(porten, sample, count) {
  await psql(
    porten,
    "porten_owner",
    `${sample.set}
     INSERT INTO visit_slot SELECT '${sample.municipality}', ${uuid(SLOT, "n")}, '${sample.office}', 'first_visit', at,
       at + interval '45 minutes', 3
     FROM generate_series(${sample.slots}, ${count - 1}) n,
       LATERAL (SELECT (current_date + n / ${SLOTS_A_DAY} + 2) + interval '8 hours 3 minutes' + n % ${SLOTS_A_DAY} * interval '7 minutes') AS t (at);
     ANALYZE visit_slot, person, session;`,
  );
  await psql(porten, "postgres", "CHECKPOINT");
  sample.slots = count;
}

/** Books the slots `from` … `from + count` over HTTP, each with its own person and key in turn. */
export function ours(porten, from, count, folder) {
  const requests = Array.from({ length: count }, (_, turn) => {
    const number = from + turn;
    const slot = `0000000${SLOT}-0000-7000-8000-${hex(number, 12)}`;
    return request(
      porten,
      "POST",
      "/api/v1/visits",
      {
        Cookie: `porten=${hex(number % PEOPLE, 64)}`,
        "Idempotency-Key": `bench-${hex(number, 12)}`,
        "Content-Type": "application/json",
      },
      JSON.stringify({ slot_id: slot, kind: "first_visit", interpreter: false }),
    );
  });
  return load(porten, requests, { folder, connections: CLIENTS, seconds: 0, expect: 201 });
}

/** What porten sends for one booking, taken from server/src: auth/session.rs, limit/, db/, visit/store.rs. */
function statements({ municipality, office }) {
  const [m, person, slot, visit] = [`'${municipality}'`, uuid(PERSON, ":p"), uuid(SLOT, ":n"), uuid(VISIT, ":n")];
  const begin = `BEGIN;
SELECT set_config('porten.municipality', ${m}, true), set_config('lock_timeout', '3s', true), set_config('statement_timeout', '10s', true);`;
  const outcome = JSON.stringify({
    Ok: {
      visit_id: "00000003-0000-7000-8000-000000000000",
      slot_id: "00000002-0000-7000-8000-000000000000",
      office: "norra",
      office_name: "Norra",
      kind: "first_visit",
      starts_at: "2026-01-01T09:00:00Z",
      ends_at: "2026-01-01T09:45:00Z",
      number: 100,
      status: "booked",
      interpreter: false,
    },
  }).replaceAll('":', '": '); // pgbench takes a colon before a letter for a variable
  const session = statement(
    ["FROM session", "LEFT JOIN person", "LEFT JOIN staff"],
    ...[m, hash(":p"), "'applicant'", "now() - interval '30 minutes'", "now() - interval '4 hours'"],
  );
  const limit = statement(["INSERT INTO limit_bucket"], m, "sha256(convert_to('bench ' || :p, 'UTF8'))", "now()", "60000", "3600000");
  const own = `municipality_id = ${m} AND actor_kind = 'applicant' AND actor_id = ${person} AND operation = 'visit.book' AND key = 'bench-' || :n`;
  return `\\set i :i + 1
\\set n :from + :i * ${CLIENTS} + :client_id
\\set p :n % ${PEOPLE}
${begin}
${session};
ROLLBACK;
${begin}
${limit};
COMMIT;
${begin}
INSERT INTO idempotency (municipality_id, actor_kind, actor_id, operation, key, command_hash, created_at) VALUES (${m}, 'applicant', ${person}, 'visit.book', 'bench-' || :n, ${hash(":n")}, now()) ON CONFLICT DO NOTHING;
SELECT slot.office_id, office.slug, office.name, slot.kind, slot.starts_at, slot.ends_at, slot.seats FROM visit_slot slot JOIN office USING (municipality_id, office_id) WHERE slot.municipality_id = ${m} AND slot.slot_id = ${slot};
INSERT INTO visit (municipality_id, visit_id, slot_id, person_id, office_id, day, number, status, language, interpreter, needs, booked_at) VALUES (${m}, ${visit}, ${slot}, ${person}, '${office}', current_date + (:n::integer / ${SLOTS_A_DAY} + 2), 100 + :n::integer % 900, 'booked', NULL, false, NULL, now()) ON CONFLICT DO NOTHING;
INSERT INTO visit_seat (municipality_id, slot_id, seat, visit_id) SELECT ${m}, ${slot}, seat, ${visit} FROM generate_series(1, 3) AS seat WHERE NOT EXISTS (SELECT FROM visit_seat taken WHERE taken.municipality_id = ${m} AND taken.slot_id = ${slot} AND taken.seat = seat.seat) ORDER BY seat LIMIT 1 ON CONFLICT DO NOTHING;
DELETE FROM draft WHERE municipality_id = ${m} AND person_id = ${person} AND form = 'visit_booking';
INSERT INTO audit (municipality_id, audit_id, at, actor_kind, actor_id, session_ref, action, object_kind, object_ids, reason, detail) VALUES (${m}, ${uuid(AUDIT, ":n")}, now(), 'applicant', ${person}, :p, 'visit.book', 'visit', ARRAY[${visit}, ${slot}, ${person}], 'own', '{}');
UPDATE idempotency SET outcome = '${outcome}' WHERE ${own};
COMMIT;
`;
}

/** The same with pgbench; `count` is a multiple of CLIENTS. */
export const reference = (porten, sample, from, count, folder) =>
  pgbench(porten, statements(sample), { folder, clients: CLIENTS, transactions: count, variables: { from, i: -1 } });

/** How many slots have a seat taken: both sides must have booked, not failed quickly. */
export async function booked(porten, sample) {
  const sql = `${sample.set}SELECT count(*) FROM visit_seat JOIN visit USING (municipality_id, visit_id)
    WHERE visit.status = 'booked' AND visit_seat.slot_id < ${uuid(SLOT, "x'ffffffffff'::bigint")}`;
  return Number(await psql(porten, "porten_owner", sql));
}
