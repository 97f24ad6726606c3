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
// What is typed saves itself (htmx); where that fails, the form says so, and the words stay in it.
function unsaved(words) {
  const said = document.querySelector("#said");
  if (!said) return;
  const line = document.createElement("p");
  line.className = "trouble";
  line.setAttribute("role", "alert");
  line.textContent = `Not saved: ${words} What you typed is still here.`;
  said.replaceChildren(line);
}
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  if (!response || text?.includes('id="said"') || text?.includes('id="edit"')) return;
  if (response.status === 413) unsaved("it is longer than 64 KB. Shorten it, or add it in parts.");
  else if (text?.includes('name="password"')) unsaved("you were signed out. Sign in again in another tab, then go on typing.");
  else unsaved("the service did not take it. Try Save in a minute.");
});
document.addEventListener("htmx:error", () => unsaved("the service does not answer. It is tried again at the next letter."));
// Chromium forgets the #here of a frame whose process it has yet to start: it is told once more when the page has come.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll('iframe[src$="#here"]')) frame.contentWindow.location.replace(frame.src);
});
