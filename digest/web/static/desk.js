// Everything works without this file. It keeps the figures of a running sending fresh, and closes open menus.
"use strict";
const live = () => document.querySelector("[data-live]");
async function refresh() {
  const here = live();
  if (!here) return;
  const busy = here.contains(document.activeElement) || document.querySelector(".strip details[open]");
  if (!document.hidden && !busy) {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of ["main", ".strip"]) document.querySelector(part).replaceWith(page.querySelector(part));
      }
    } catch { /* the server is away: the figures keep the time they are of */ }
  }
  setTimeout(refresh, 3000);
}
if (live()) setTimeout(refresh, 3000);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.switch[open], details.who[open], details.drop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
