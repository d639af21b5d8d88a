/** The stream of what changes. The browser comes again by itself and says what it has seen. */
import { applyChange, markPeople, watched } from "./chats.js";
import { replaceInside } from "./dom.js";

const status = document.getElementById("live");
const { bot, boot } = document.body.dataset;
const AGAIN_MS = 2_000;
let source;

/** Watches the chats that are open now. */
export function watchChats() {
  source?.close();
  const chats = encodeURIComponent(watched());
  source = new EventSource(`/page/live?bot=${bot}&chats=${chats}`);
  source.addEventListener("hello", ({ data }) => {
    // The books were begun anew: what is shown here is of the past.
    if (JSON.parse(data).bootId !== boot) location.reload();
    say("live");
  });
  source.addEventListener("chat", ({ data }) => {
    applyChange(JSON.parse(data));
    markPeople();
  });
  source.addEventListener("overview", ({ data }) => {
    for (const [id, html] of Object.entries(JSON.parse(data))) {
      replaceInside(document.getElementById(id), html);
    }
    markPeople();
  });
  source.addEventListener("error", () => {
    say("away");
    // After an answer that is no stream the browser gives up; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(watchChats, AGAIN_MS);
  });
}

function say(state) {
  status.textContent = state === "live" ? "live" : "the sandbox is away, trying again";
  status.classList.toggle("away", state !== "live");
}
