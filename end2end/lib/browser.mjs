// Chromium, and one person's browser in it: a fresh context that notes everything that should not happen.
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";

/** The phone the service is drawn for, and a desk screen. */
export const PHONE = { width: 360, height: 740 };
export const SCREEN = { width: 1280, height: 800 };

function chromiumPath() {
  if (process.env.PORTEN_CHROMIUM) return process.env.PORTEN_CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  throw new Error("no Chromium: install it, or set PORTEN_CHROMIUM");
}

export function startBrowser() {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    // "Back" must do what it does for people: bring the page back from memory.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/**
 * One person's browser. `scripts: false` is a browser without JavaScript. `go(path)` opens a page of the service, the
 * first time in `lang`. `problems` is what must not happen on any page: errors in the console, refused by the content
 * security policy, requests to other hosts, answers 5xx.
 */
export async function openPerson(world, { lang = "sv", scripts = true, viewport = PHONE, scale, dark = false } = {}) {
  const context = await world.browser.newContext({
    baseURL: world.origin,
    javaScriptEnabled: scripts,
    viewport,
    deviceScaleFactor: scale,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  context.setDefaultTimeout(10_000);
  const problems = [];
  const requests = [];
  let posts = 0;
  context.on("request", (request) => {
    requests.push(request.url());
    if (request.method() === "POST") posts += 1;
    if (!request.url().startsWith(`${world.origin}/`) && !request.url().startsWith("data:")) {
      problems.push(`asked another host: ${request.url()}`);
    }
  });
  context.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} from ${response.url()}`);
  });
  context.on("requestfailed", (request) => {
    // A page that is left stops loading what it no longer needs.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") problems.push(`${reason}: ${request.url()}`);
  });
  context.on("weberror", (error) => problems.push(`uncaught: ${error.error().message}`));
  context.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // Chromium says so of every page that answers 4xx. Tests look at the status themselves.
    if (/^Failed to load resource: .* status of 4\d\d/.test(message.text()) && isDocument(message)) return;
    problems.push(`console: ${message.text()}`);
  });
  const isDocument = (message) => !new URL(message.location().url, world.origin).pathname.startsWith("/pkg/");

  const page = await context.newPage();
  let first = true;
  const person = {
    context,
    page,
    lang,
    scripts,
    problems,
    requests,
    /** How many forms were sent. */
    posts: () => posts,
    /** Opens a path and gives the answer. */
    async go(path) {
      let address = path;
      if (first) {
        const [before, fragment] = path.split("#");
        address = `${before}${before.includes("?") ? "&" : "?"}lang=${lang}${fragment ? `#${fragment}` : ""}`;
        first = false;
      }
      return page.goto(address);
    },
    /** Signs in as one of the demo's people, by the button a person would press. */
    async signIn(persona) {
      await person.go("/logga-in");
      await person.signInHere(persona);
    },
    /** The same on the sign-in page that is open. A newcomer has no button of her own: she borrows the first. */
    async signInHere(persona) {
      if (persona.startsWith("seed-")) {
        await page.locator("input[name=persona]").first().evaluate((input, value) => (input.value = value), persona);
      }
      const form = page.locator("form").filter({ has: page.locator("input[name=persona]") });
      const own = await page.locator("input[name=persona]").evaluateAll((all) => all.map((input) => input.value));
      await form.nth(own.indexOf(persona)).getByRole("button").click();
      await page.waitForURL((url) => !url.pathname.startsWith("/logga-in") && !url.pathname.startsWith("/demo"));
    },
    /** The live estimate is awake. */
    awake: () => page.locator("html[data-awake=yes]").waitFor({ state: "attached" }),
    close: () => context.close(),
  };
  return person;
}
