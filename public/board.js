// Keeps an open board or screen true: at each event it fetches its own page anew and puts the new part in the place of the
// old. Small on purpose: the page works without it.
const board = () => document.getElementById("ko");

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
    if (!fresh) return;
    // Whoever stands on a button or a link with the keyboard stays there.
    const held = board().contains(document.activeElement) && document.activeElement.closest("[id]");
    const open = [...board().querySelectorAll("details[open]")].length > 0;
    board().replaceChildren(...fresh.childNodes);
    for (const details of board().querySelectorAll("details")) details.open = open;
    if (held && held.id !== "ko") document.getElementById(held.id)?.querySelector("a, button")?.focus();
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
