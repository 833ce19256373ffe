// Wakes the islands of a page. The build fills in the two addresses. Small on purpose: pages work without it.
// Printing needs a script: without one a sentence says how.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.previousElementSibling.hidden = true;
  button.onclick = () => print();
}
addEventListener("beforeprint", () => {
  for (const more of document.querySelectorAll(".prints > details")) more.open = true;
});
const wake = async (island, module) => {
  const start = module[island.dataset.component];
  if (!start) throw new Error(`no island ${island.dataset.component}`);
  await start(island);
};
const boot = async () => {
  const module = await import("__PORTEN_JS__");
  await module.default({ module_or_path: "__PORTEN_WASM__" });
  module.hydrate();
  for (const island of document.querySelectorAll("leptos-island")) await wake(island, module);
  document.documentElement.dataset.awake = "yes";
};
// An old browser that cannot run WebAssembly keeps the page as it is.
boot().catch((error) => console.warn("The page works without its islands.", error));
