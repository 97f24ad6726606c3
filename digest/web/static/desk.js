// Everything works without this file. It closes open menus, and says what became of what was typed.
"use strict";
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
// What is longer than its field is not sent at all: megabytes would go up with each letter.
document.addEventListener("htmx:before:request", (event) => {
  for (const field of event.target.querySelectorAll?.("[data-most]") ?? []) {
    const most = Number(field.dataset.most);
    const length = field.value.length > most ? [...field.value].length : 0;
    if (length <= most) continue;
    event.preventDefault();
    const name = field.labels[0]?.textContent ?? "The text";
    unsaved(`“${name}” has ${length.toLocaleString("en")} characters; at most ${most.toLocaleString("en")} fit.`);
    return;
  }
});
let again;
function onceMore(form) {
  clearTimeout(again);
  again = setTimeout(() => form.isConnected && form.dispatchEvent(new Event("input", { bubbles: true })), 10_000);
}
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  clearTimeout(again);
  if (!response || text?.includes('id="said"') || text?.includes('id="edit"')) return;
  if (response.status === 413) unsaved("it is longer than fits. Shorten it, or add it in parts.");
  else if (response.status === 401 || text?.includes('name="password"')) unsaved("you were signed out. Sign in again in another tab, then go on typing.");
  else if (response.status === 403) unsaved("your account may look, not act.");
  else {
    unsaved(response.status === 503 ? "the database does not answer. It is tried again every ten seconds." : "the service did not take it. It is tried again every ten seconds.");
    onceMore(event.target);
  }
});
// htmx copies an old part's inline styles to the new one for a moment, and our pages let none stand: what a spell checker or a
// password manager left on a field is taken away before, or the console fills with complaints.
document.addEventListener("htmx:before:swap", (event) => {
  for (const { target } of event.detail.tasks) {
    const part = typeof target === "string" ? document.querySelector(target) : target;
    for (const one of part?.querySelectorAll("[id][style]") ?? []) one.removeAttribute("style");
    if (part?.id) part.removeAttribute("style");
  }
});
document.addEventListener("htmx:error", (event) => {
  unsaved("the service does not answer. It is tried again every ten seconds.");
  onceMore(event.target);
});
// Chromium forgets the #here of a frame whose process it has yet to start: it is told once more when the page has come.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll('iframe[src$="#here"]')) frame.contentWindow.location.replace(frame.src);
});
// While pictures are fetched or links are asked, the page is looked at again, ever more seldom, until nothing is on its way.
const PARTS = ["#items", "#device", "#size", "#weights", "#checks"];
let looks = 0;
// Whoever types or has something open keeps it; the next look tries again.
function inUse(part) {
  if (part.contains(document.activeElement) && document.activeElement !== part) return true;
  if (part.querySelector("details[open] form")) return true;
  const fields = [...part.querySelectorAll("textarea, input:not([type=hidden])")];
  return fields.some((field) => field.value !== field.defaultValue || (field.checked ?? false) !== (field.defaultChecked ?? false));
}
async function lookAgain() {
  const page = document.querySelector("[data-waits]");
  if (!page || looks > 60) return;
  try {
    if (!document.hidden) {
      looks += 1;
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = fresh.querySelector(".panes");
      if (!answer.ok || !there) return;
      const found = PARTS.map((name) => [document.querySelector(name), fresh.querySelector(name)]).filter(([old, anew]) => old && anew);
      if (there.dataset.waits !== page.dataset.waits && !found.some(([old]) => inUse(old))) {
        for (const [old, anew] of found) old.replaceWith(anew);
        if (!there.dataset.waits) return void delete page.dataset.waits;
        page.dataset.waits = there.dataset.waits;
      }
    }
  } catch {
    // The service does not answer: what stands here is of a moment ago, and the next look will tell.
  }
  setTimeout(lookAgain, Math.min(2000 + 500 * looks, 15000));
}
setTimeout(lookAgain, 2000);
