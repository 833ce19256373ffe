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
    if (answer.redirected) return location.reload(); // signed out
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

const events = board() && new EventSource(board().dataset.events);
if (events) {
  events.onmessage = refresh;
  let looking;
  events.onerror = () => {
    // The browser asks again by itself, unless it was refused: then the page is looked at now and then.
    if (events.readyState === EventSource.CLOSED) looking ??= setInterval(refresh, 5000);
  };
}
