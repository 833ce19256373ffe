// Keeps an open board or screen true: at each event it fetches its own page anew and puts the new part in the place of the
// old. Small on purpose: the page works without it.
const board = () => document.getElementById("ko");

// Puts the new part in the place of the old. Whoever is on it with the keyboard stays where she is, what she has opened
// stays open, and what has changed is said once, when nothing else is being said.
const replace = (live, fresh) => {
  const active = live.contains(document.activeElement) ? document.activeElement : null;
  const summary = active ? [...live.querySelectorAll("summary")].indexOf(active) : -1;
  const held = active?.closest("[id]");
  const open = [...live.querySelectorAll("details")].map((details) => details.open);
  live.replaceChildren(...fresh.childNodes);
  live.querySelectorAll("details").forEach((details, place) => (details.open = open[place] ?? false));
  const again =
    summary >= 0
      ? live.querySelectorAll("summary")[summary]
      : held && held !== live && document.getElementById(held.id)?.querySelector("a, button");
  if (again) again.focus({ preventScroll: true });
  const status = document.getElementById("ko-sagt");
  if (status && fresh.dataset.said !== live.dataset.said) status.textContent = live.dataset.said = fresh.dataset.said;
};

let busy = false;
let again = false;
const refresh = async () => {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    // The header says that nobody has pressed anything: an unwatched board does not keep its session alive.
    const answer = await fetch(location.href, { headers: { "x-porten-refresh": "1" }, cache: "no-store" });
    // Signed out, or no longer of this desk: nobody's name stays on the screen.
    if (answer.redirected || [401, 403, 404].includes(answer.status)) return location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("ko");
    if (fresh) replace(board(), fresh);
  } catch {
    // No network: the next event or the next look tries again.
  } finally {
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  }
};

// Without the stream the page is looked at every other second. Where the stream is refused it is asked for again, more and
// more seldom; the browser itself asks again when it has only broken off.
const LOOK = 2_000;
const SELDOM = 60_000;
let looking;
let wait = 5_000;

const listen = () => {
  if (!window.EventSource) {
    looking ??= setInterval(refresh, LOOK);
    return;
  }
  const events = new EventSource(board().dataset.events);
  events.onmessage = refresh;
  events.onopen = () => {
    clearInterval(looking);
    looking = undefined;
    wait = 5_000;
  };
  events.onerror = () => {
    looking ??= setInterval(refresh, LOOK);
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, wait);
    wait = Math.min(2 * wait, SELDOM);
  };
};

if (board()) listen();
