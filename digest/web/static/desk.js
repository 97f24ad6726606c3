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
document.addEventListener("htmx:error", (event) => {
  unsaved("the service does not answer. It is tried again every ten seconds.");
  onceMore(event.target);
});
// Chromium forgets the #here of a frame whose process it has yet to start: it is told once more when the page has come.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll('iframe[src$="#here"]')) frame.contentWindow.location.replace(frame.src);
});
