/**
 * The page: which actor and which step are shown stands in the address bar, so that back and forward
 * work; everything else follows from it. Without a step it follows what happens.
 */
import { createActorList } from "./actor_list.js";
import { chainView } from "./chain_view.js";
import { createChart } from "./chart_view.js";
import { ask, byId, h, oneAtATime, reveal, shortAddress, stepLink } from "./dom.js";
import { sequence, stateText, stepDetail, waiting } from "./step_view.js";

/** Other nodes' steps do not come by the stream. */
const LOOK_AGAIN_MS = 5_000;
const RECONNECT_MS = 2_000;

const chart = createChart(byId("chart"));
const list = await createActorList();
const pictures = new Map();

/** What is shown: `tree` and `history` of `actor`, and `step` of it. */
let shown = { actor: undefined, wanted: undefined, view: "machine" };
let tree;
let history = { lines: [], hasOlder: false };
let step;
let drawn;
let drawnContent;
let asked = 0;

addEventListener("hashchange", () => go());
addEventListener("keydown", onKey);
byId("slider").addEventListener("input", (event) => goTo(steps()[Number(event.target.value)]));
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => move(button.dataset.step));
}
for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    const how = button.dataset.zoom;
    if (how === "fit") chart.fit();
    else if (how === "here") chart.here();
    else chart.zoom(how === "in" ? 1.3 : 1 / 1.3);
  });
}
for (const button of document.querySelectorAll("#panels button")) {
  button.addEventListener("click", () => openPanel(button.dataset.panel));
}

openPanel(document.body.dataset.panel);
await list.refresh();
await go();
followLive();
setInterval(() => {
  if (document.visibilityState === "visible") refreshSoon();
}, LOOK_AGAIN_MS);

// ── where we are ────────────────────────────────────────────────────────────────────────────────

/** Reads the address bar and shows what it says. */
async function go() {
  const query = new URLSearchParams(location.hash.slice(1));
  const actor = query.get("actor") ?? undefined;
  const wanted = query.has("step") ? Number(query.get("step")) : undefined;
  const isNew = actor !== shown.actor;
  shown = { actor, wanted, view: query.get("view") === "chain" ? "chain" : "machine" };
  list.select(actor);
  document.title = actor === undefined ? "Inspector" : `${shortAddress(actor)} · Inspector`;
  document.body.classList.toggle("nothing", actor === undefined);
  if (actor === undefined) return clear();
  if (isNew) {
    history = { lines: [], hasOlder: false };
    if (document.body.dataset.panel === "list") openPanel("machine");
  }
  await load({ isNew });
}

/** Nothing is chosen, or the first page was come back to. */
function clear() {
  tree =
    step =
    drawn =
    drawnContent =
      undefined;
  history = { lines: [], hasOlder: false };
  chart.draw(undefined);
  for (const id of ["head", "sequence", "detail", "chain"]) byId(id).replaceChildren();
  byId("hint").hidden = false;
}

/** Reads what is shown from the server, and draws it. */
async function load({ isNew = false } = {}) {
  const ticket = ++asked;
  const { actor, wanted, view } = shown;
  try {
    const [nextTree, nextHistory] = await Promise.all([
      ask("tree", { address: actor }),
      readHistory(actor, wanted),
    ]);
    if (ticket !== asked) return;
    tree = nextTree;
    history = nextHistory;
    const revision = wanted ?? steps().at(-1)?.revision;
    const nextStep = revision === undefined
      ? undefined
      : await ask("step", { address: actor, revision });
    const chain = view === "chain" && revision !== undefined
      ? await ask("chain", { address: actor, revision })
      : undefined;
    const picture = await pictureOf(actor, nextStep);
    if (ticket !== asked) return;
    step = nextStep;
    // What has not changed is left alone: somebody may be reading it.
    const content = JSON.stringify([shown, tree, step, history, chain]);
    if (content === drawnContent && !isNew) return;
    drawnContent = content;
    draw({ picture, chain, isNew });
  } catch (error) {
    if (ticket === asked) complain(error.message);
  }
}

/** The newest lines, and so many older ones that the wanted step is among them. */
async function readHistory(actor, wanted) {
  const page = await ask("history", { address: actor });
  const known = history.lines.filter(({ id, address }) =>
    address === actor && id < (page.lines[0]?.id ?? Infinity)
  );
  const isJoined = known.length > 0 || !page.hasOlder;
  let lines = [...known, ...page.lines];
  let hasOlder = isJoined ? history.hasOlder && known.length > 0 : page.hasOlder;
  for (let pages = 0; pages < 20 && hasOlder && wanted !== undefined; pages++) {
    if (lines.some(({ revision }) => revision === wanted)) break;
    const older = await ask("history", { address: actor, before: lines[0].id });
    lines = [...older.lines, ...lines];
    hasOlder = older.hasOlder;
  }
  return { lines, hasOlder };
}

async function readOlder() {
  const older = await ask("history", { address: shown.actor, before: history.lines[0].id });
  history = { lines: [...older.lines, ...history.lines], hasOlder: older.hasOlder };
  drawSequence();
}

function steps() {
  return history.lines.filter(({ revision }) => revision !== null);
}

async function pictureOf(actor, { machine: past } = {}) {
  const machine = tree?.members.find(({ address }) => address === actor)?.machine ?? past;
  if (machine === undefined || machine === null) return undefined;
  const kind = actor.slice(0, actor.indexOf("/"));
  const key = `${kind} ${machine}`;
  if (!pictures.has(key)) pictures.set(key, await ask("picture", { kind, machine }));
  return pictures.get(key);
}

// ── what is drawn ───────────────────────────────────────────────────────────────────────────────

function draw({ picture, chain, isNew }) {
  const isChain = chain !== undefined;
  byId("chain").hidden = !isChain;
  byId("chart").toggleAttribute("hidden", isChain);
  byId("zoom").hidden = isChain;
  byId("hint").hidden = isChain || picture !== undefined;
  drawHead();
  drawSequence();
  drawDetail();
  drawPlayer();
  if (isChain) {
    byId("chain").replaceChildren(
      ...chainView(
        chain,
        { address: shown.actor, revision: step?.revision },
        byId("stage").clientWidth,
      ).filter(Boolean),
    );
    reveal(byId("chain"), ".chosen");
    return;
  }
  const isOther = drawn !== picture;
  if (isOther) chart.draw(picture);
  drawn = picture;
  if (picture === undefined) {
    byId("hint").textContent = tree === undefined
      ? "There is no such actor (any more)."
      : tree.problem ?? "Its row is gone; what the log kept stands on the right.";
    return;
  }
  const now = tree?.members.find(({ address }) => address === shown.actor)?.value;
  chart.light({
    value: step?.after?.value ?? step?.value ?? now,
    before: step?.before?.value,
    transitions: step?.transitions,
  });
  if (isOther || isNew || step !== undefined) chart.here();
}

function drawHead() {
  const { actor } = shown;
  const member = tree?.members.find(({ address }) => address === actor);
  const isNow = shown.wanted === undefined || shown.wanted === member?.revision;
  const members = tree?.members ?? [];
  byId("head").replaceChildren(
    h(
      "div",
      { class: "title" },
      h("h1", { title: actor }, actor),
      h("span", { class: "state" }, stateText(step?.value ?? member?.value ?? "")),
      isNow ? h("span", { class: "chip now" }, "now") : h("span", { class: "chip" }, "then"),
      member !== undefined && member.status !== "active"
        ? h("span", { class: `chip ${member.status}` }, member.status)
        : "",
      tree?.isHeld ? h("span", { class: "chip bad" }, "held") : "",
    ),
    members.length < 2 ? "" : h(
      "nav",
      { class: "members", "aria-label": "Its child machines" },
      members.map(({ address, machine, state }) =>
        h("a", {
          href: stepLink(address),
          title: `${address}\n${state}`,
          "aria-current": address === actor ? "true" : null,
        }, address.split("/").length === 2 ? machine : address.split("/").slice(2).join("/"))
      ),
    ),
  );
}

function drawSequence() {
  const element = byId("sequence");
  element.replaceChildren(
    ...sequence(history, { chosen: step?.revision, onOlder: readOlder }),
  );
  scrollToChosen();
}

function scrollToChosen() {
  reveal(byId("sequence"), "[aria-current]");
}

function drawDetail() {
  const isNow = step === undefined || step.revision === steps().at(-1)?.revision;
  byId("detail").replaceChildren(
    ...(tree !== undefined && isNow ? waiting(tree, shown.actor) : []),
    ...(step === undefined
      ? [
        h(
          "p",
          { class: "note" },
          "The log has no such step: it was never made, or is kept no longer.",
        ),
      ]
      : stepDetail(step, { view: shown.view, onFind: (text) => findPosting(text) })),
  );
  byId("detail").scrollTop = 0;
}

function drawPlayer() {
  const all = steps();
  const index = all.findIndex(({ revision }) => revision === step?.revision);
  const slider = byId("slider");
  slider.max = String(Math.max(0, all.length - 1));
  slider.value = String(Math.max(0, index));
  byId("place").textContent = step === undefined
    ? ""
    : `${step.revision} / ${all.at(-1)?.revision}`;
  document.querySelector("[data-step=now]").setAttribute(
    "aria-pressed",
    String(shown.wanted === undefined),
  );
}

function complain(message) {
  byId("detail").replaceChildren(h("p", { class: "note bad" }, message));
}

// ── moving ──────────────────────────────────────────────────────────────────────────────────────

function goTo(line) {
  if (line === undefined) return;
  const link = stepLink(shown.actor, line.revision, shown.view === "chain" ? "chain" : undefined);
  // Stepping through a past of a hundred steps must not fill the browser's own history.
  globalThis.history.replaceState(null, "", link);
  go();
}

function move(how) {
  if (shown.actor === undefined) return;
  const all = steps();
  const index = all.findIndex(({ revision }) => revision === step?.revision);
  if (how === "first") goTo(all[0]);
  if (how === "back") goTo(all[Math.max(0, index - 1)]);
  if (how === "on") goTo(all[index + 1]);
  if (how === "now") location.hash = stepLink(shown.actor);
}

function onKey(event) {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) &&
    event.target.type !== "range";
  if (event.key === "Escape") {
    if (isTyping) return event.target.blur();
    return shown.wanted === undefined && shown.view === "machine" ? chart.fit() : move("now");
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    openPanel("list");
    byId("text").focus();
    byId("text").select();
  }
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    move(event.key === "ArrowLeft" ? "back" : "on");
  }
}

function findPosting(text) {
  openPanel("list");
  list.find(text);
}

function openPanel(panel) {
  document.body.dataset.panel = panel;
  for (const button of document.querySelectorAll("#panels button")) {
    button.setAttribute("aria-pressed", String(button.dataset.panel === panel));
  }
  // What was not visible could not be moved to its place.
  requestAnimationFrame(() => {
    if (panel === "machine") chart.here();
    if (panel === "steps") scrollToChosen();
  });
}

// ── live ────────────────────────────────────────────────────────────────────────────────────────

const refreshSoon = oneAtATime(async () => {
  await list.refreshQuietly();
  if (shown.actor !== undefined && shown.wanted === undefined) await load();
}, 150);
const loadSoon = oneAtATime(() => load(), 60);

/** Follows this node's steps; what they say of actors is shown at once, the rest is read again. */
function followLive() {
  const { protocol, host } = location;
  const socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/inspect/stream`);
  const light = (isLive) => byId("live").classList.toggle("on", isLive);
  socket.addEventListener("open", () => light(true));
  socket.addEventListener("close", () => {
    light(false);
    setTimeout(followLive, RECONNECT_MS);
  });
  socket.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.type !== "@xstate.snapshot") return;
    const address = event.sessionId;
    const revision = Number(event.id.slice(event.id.lastIndexOf("@") + 1));
    const isUnknown = list.take({ address, revision, state: stateText(event.snapshot.value) });
    if (isUnknown && revision === 1) refreshSoon();
    if (address === shown.actor && shown.wanted === undefined) loadSoon();
  });
}
