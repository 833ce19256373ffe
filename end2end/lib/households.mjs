// Random households as somebody types them, each from its own number: the same seed and number give the same household.

/** Random numbers from 0 to below 1 (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What no reader may take for an amount, and what no rule allows. */
const UNREADABLE = ["åtta tusen", "8,50", "1e3", "--5", "99999999999999999999", "-1", "1000001", "٨٫٥", "<b>"];
const EDGES = [0, 1, 2, 3, 999, 1000, 8001, 59_200, 59_201, 999_999, 1_000_000];

/** What is typed as a field of JSON: digits as a number, the rest as text. */
const field = (typed) => (/^-?\d{1,15}$/.test(typed) ? Number(typed) : typed);

/**
 * `{ fields, rows, request }`: `[name, value]` of what is filled in, how many rows of children there are, and the same as
 * a request to REST. Some have a fault, or several. `offered`: months and codes in the order of the form.
 */
export function household(seed, number, offered) {
  const next = random(seed ^ Math.imul(number + 1, 0x9e3779b1));
  const chance = (share) => next() < share;
  const below = (most) => Math.floor(next() * most);
  const one = (list) => list[below(list.length)];
  const spoilt = chance(0.15);
  const fields = [];
  const type = (name, value) => fields.push([name, value]);

  /** Types a number in one of the ways people do; gives it as JSON. */
  const number_ = (name, value, { wrong = UNREADABLE } = {}) => {
    if (spoilt && chance(0.1)) {
      const typed = one(wrong);
      type(name, typed);
      return field(typed);
    }
    const grouped = (separator) => String(value).replace(/\B(?=(\d{3})+$)/g, separator);
    const arabic = () => String(value).replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
    type(name, one([() => String(value), () => String(value), () => grouped(" "), () => `${grouped("\u00a0")} kr`, arabic])());
    return value;
  };
  const amount = (most) => (chance(0.2) ? one(EDGES) : below(most));

  const month = one(offered.months);
  type("month", month);
  const adults = chance(0.4) ? 2 : 1;
  type("adults", String(adults));
  const request = { month, household: { adults, children: [] }, costs: [], incomes: [], situation: [] };
  const partner = one(["applies", "no_right", "not_in_application"]);
  type("partner", partner);
  if (adults === 2) request.household.partner = partner;

  const pupils = one([0.05, 0.15, 0.3, 1]);
  const wages = [];
  const rows = one([1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12, 20]);
  for (let row = 0; row < rows; row += 1) {
    if (chance(0.15)) continue; // left empty
    const child = { age: number_(`child.${row}.age`, below(21), { wrong: ["nio", "-1", "21", "150", "4,5"] }), lunch_away: chance(0.3) };
    if (child.lunch_away) type(`child.${row}.lunch_away`, "true");
    if (chance(0.25)) child.days = number_(`child.${row}.days`, 1 + below(chance(0.1) ? 31 : 28), { wrong: ["0", "32", "alla"] });
    request.household.children.push(child);
    if (!chance(pupils)) continue;
    const person = `child${request.household.children.length}`;
    const wage = { kind: "pupil_wage", amount: number_(`child.${row}.pupil_wage`, amount(8000)), person };
    if (chance(0.7)) wage.year_to_date = number_(`child.${row}.pupil_year`, amount(90_000));
    wages.push(wage);
  }
  if (chance(0.2)) request.household.shared_with = number_("shared_with", below(21), { wrong: ["21", "-1", "några"] });

  const costs = one([0.05, 0.15, 0.3, 1]);
  for (const kind of offered.costs) {
    if (chance(costs)) request.costs.push({ kind, amount: number_(`cost.${kind}`, amount(kind === "rent" ? 20_000 : 3000)) });
  }

  const incomes = one([0.05, 0.15, 0.3, 1]);
  const months = (name) => {
    const answer = one(["yes", "no", "over"]);
    type(name, answer);
    return { yes: { months_with_support: 6 }, no: {}, over: { months_with_support: 6, stimulus_month: 25 } }[answer];
  };
  for (const kind of offered.incomes) {
    const wage = kind === "wage";
    if (kind === "pupil_wage") {
      request.incomes.push(...wages);
      continue;
    }
    if (chance(wage ? 0.5 : incomes)) {
      const income = { kind, amount: number_(`income.${kind}`, amount(wage ? 30_000 : 8000)) };
      if (wage) Object.assign(income, { person: "adult1" }, months("stimulus"));
      request.incomes.push(income);
    }
    // Also without a partner now and then: then the two do not fit.
    if (wage && chance(adults === 2 ? 0.4 : spoilt ? 0.3 : 0)) {
      const income = { kind, amount: number_("income.wage2", amount(30_000)), person: "adult2" };
      request.incomes.push(Object.assign(income, months("stimulus2")));
    }
  }
  if (chance(0.15)) request.previous_surplus = number_("previous_surplus", amount(10_000));
  for (const situation of offered.situations) {
    if (!chance(0.1)) continue;
    type("situation", situation);
    request.situation.push(situation);
  }
  return { fields, rows, request };
}
