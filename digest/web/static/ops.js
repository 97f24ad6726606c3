// The pages of the queues and of a sending, kept fresh by a stream; without this file they read the same and are loaded again by hand.
"use strict";
const place = document.querySelector("[data-stream]");
const POLL = 10000;
let last = 0;
let stream = null;

// What changed is changed in place, so that focus, an open menu and a selection stay where they are.
function follow(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return void old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  }
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, at) => (at < before.length ? follow(before[at], node) : old.append(node)));
  before.slice(after.length).forEach((node) => node.remove());
}

function take(fresh) {
  // What stands around the body (its buttons, its state) is of another moment once a mailing has changed its state.
  const stands = (where) => where.querySelector("[data-stands]")?.dataset.stands;
  if (stands(place) !== stands(fresh)) {
    // Whoever types keeps what they typed.
    if (!place.querySelector("details[open] :focus")) location.reload();
    return;
  }
  place.normalize();
  fresh.normalize();
  const shell = place.cloneNode(false);
  shell.append(...fresh.childNodes);
  follow(place, shell);
  last = Date.now();
  say();
}

function say() {
  const pulse = place.querySelector("[data-pulse]");
  if (!pulse) return;
  const seconds = Math.round((Date.now() - last) / 1000);
  const live = stream?.readyState === EventSource.OPEN && seconds < 6;
  if (!live && seconds < 6) return;
  pulse.className = live ? "state well" : "state look";
  pulse.lastElementChild.textContent = live ? "Live" : `Not live for ${seconds} s`;
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

async function poll() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected) return void location.reload();
    // Any other page says that something is wrong, and the figures keep the time they are of.
    const fresh = parsed(await answer.text()).querySelector("[data-stream]");
    if (fresh) take(fresh);
  } catch { /* the server is away: the figures keep the time they are of */ }
  if (!stream) open();
}

function open() {
  stream = new EventSource(place.dataset.stream);
  stream.addEventListener("message", (event) => take(parsed(event.data).body));
  // A stream that ends comes back by itself; one that is refused is closed, and the page polls.
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    setTimeout(poll, POLL);
  });
}

// Where nobody looks nothing is asked.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (!stream) open();
});
addEventListener("pagehide", () => stream?.close());
last = Date.now();
open();
setInterval(say, 1000);
