/** The left side: find actors by kind, state, tag and address, and postings by what is known of them. */
import { ask, byId, eventText, h, settle, shortAddress, stepAnchor, stepLink } from "./dom.js";

/** Parts of a search that are asked for until something is found. */
const PARTS = 12;

/** Begins to list. @returns What the rest of the page tells it. */
export async function createActorList() {
  const kinds = await ask("kinds");
  const found = byId("found");
  const text = byId("text");
  const filters = { kind: byId("kind"), state: byId("state"), tag: byId("tag") };
  let isPostings = false;
  let isPaged = false;
  let rows = new Map();
  let current;
  let asked = 0;

  options(filters.kind, "every kind", kinds.map(({ kind }) => kind));
  showFilters();
  filters.kind.addEventListener("change", () => {
    showFilters();
    refresh();
  });
  for (const each of [filters.state, filters.tag]) each.addEventListener("change", () => refresh());
  text.addEventListener("input", settle(() => refresh(), 200));
  byId("find-actors").addEventListener("click", () => choose(false));
  byId("find-postings").addEventListener("click", () => choose(true));

  function showFilters() {
    const known = kinds.filter(({ kind }) =>
      filters.kind.value === "" || kind === filters.kind.value
    );
    options(filters.state, "any state", union(known.map(({ states }) => states)));
    options(filters.tag, "any tag", union(known.map(({ tags }) => tags)).sort());
  }

  function choose(wantsPostings) {
    isPostings = wantsPostings;
    byId("find-actors").setAttribute("aria-selected", String(!isPostings));
    byId("find-postings").setAttribute("aria-selected", String(isPostings));
    byId("filters").hidden = isPostings;
    text.placeholder = isPostings ? "Number, key, charge, account   /" : "Part of an address   /";
    refresh();
    text.focus();
  }

  async function refresh() {
    const ticket = ++asked;
    try {
      const content = isPostings ? await postings() : await actors();
      if (ticket === asked) found.replaceChildren(...content);
    } catch (error) {
      if (ticket === asked) found.replaceChildren(h("p", { class: "note bad" }, error.message));
    }
  }

  async function actors(before) {
    const { kind, state, tag } = filters;
    const query = {
      kind: kind.value,
      state: state.value,
      tag: tag.value,
      text: text.value.trim(),
    };
    let page = await ask("actors", { ...query, before });
    // An answer is a bounded part of the search; what is rare may lie far behind.
    for (let part = 1; part < PARTS && page.actors.length === 0 && page.next !== null; part++) {
      page = await ask("actors", { ...query, before: page.next });
    }
    if (before === undefined) rows = new Map();
    isPaged = before !== undefined;
    const items = page.actors.map(row);
    if (items.length === 0) {
      const where = page.next === null ? "." : " among those looked at so far.";
      items.push(h("p", { class: "note" }, `Nothing fits${where}`));
    }
    if (page.next !== null) items.push(more(page.next));
    return items;
  }

  function more(next) {
    const button = h("button", {
      type: "button",
      class: "more",
      onclick: async () => button.replaceWith(...await actors(next)),
    }, "Older ones");
    return button;
  }

  function row(actor) {
    const [kind] = actor.address.split("/");
    const element = h(
      "a",
      {
        class: `actor ${actor.status}`,
        href: stepLink(actor.address),
        title: actor.address,
        "aria-current": actor.address === current ? "true" : null,
      },
      h("span", { class: "kind" }, kind),
      h("span", { class: "id" }, shortAddress(actor.address).slice(kind.length + 1)),
      h("span", { class: "revision" }, String(actor.revision)),
      h("span", { class: "state" }, actor.state),
      h("span", { class: "marks" }, marksOf(actor)),
    );
    rows.set(actor.address, element);
    return element;
  }

  async function postings() {
    const wanted = text.value.trim() || current || "";
    const help = h(
      "p",
      { class: "note" },
      "Find postings by their number or key, by the outside id of a charge, by an account ",
      "(payment/pay_…, user/tg-…/available) or by the actor that caused them.",
    );
    const { postings: list } = await ask("postings", { text: wanted });
    const what = wanted === "" ? "The newest" : ["Of ", h("b", {}, wanted)];
    const head = h("p", { class: "note" }, what, list.length === 0 ? ": none" : "");
    const cards = list.map((posting) => postingCard(posting, { hasCause: true }));
    return [head, ...cards, ...(text.value.trim() === "" ? [help] : [])];
  }

  return {
    refresh,
    /** Reads the list again unless somebody is in the middle of it. */
    async refreshQuietly() {
      if (!isPostings && !isPaged && found.scrollTop < 100) await refresh();
    },
    /** Marks the actor that is shown. */
    select(address) {
      rows.get(current)?.removeAttribute("aria-current");
      current = address;
      rows.get(current)?.setAttribute("aria-current", "true");
    },
    /** Takes a live step; the list is read again when it cannot show it. */
    take({ address, revision, state }) {
      const element = rows.get(address);
      if (element === undefined) return !isPostings && address.split("/").length === 2;
      element.querySelector(".revision").textContent = String(revision);
      element.querySelector(".state").textContent = state;
      element.classList.remove("fresh");
      void element.offsetWidth;
      element.classList.add("fresh");
      return false;
    },
    find(query) {
      text.value = query;
      choose(true);
    },
  };
}

function marksOf({ timers, effects, inbox, deadLetters, isHeld, status }) {
  return [
    status === "active" ? null : h("span", { class: `chip ${status}` }, status),
    isHeld ? h("span", { class: "chip bad" }, "held") : null,
    deadLetters > 0 ? h("span", { class: "chip bad" }, `✕ ${deadLetters}`) : null,
    timers > 0 ? h("span", { class: "chip", title: "timers" }, `◷ ${timers}`) : null,
    effects > 0 ? h("span", { class: "chip", title: "effects under way" }, `⟳ ${effects}`) : null,
    inbox > 0 ? h("span", { class: "chip", title: "messages waiting" }, `✉ ${inbox}`) : null,
  ];
}

/** A posting: what, how much, from where to where; with its cause when it is not shown there already. */
export function postingCard(posting, { hasCause, onFind } = {}) {
  const account = (name) =>
    onFind === undefined
      ? h("span", { class: "account" }, name)
      : h("button", { type: "button", class: "account", onclick: () => onFind(name) }, name);
  const { causeActor, causeRevision } = posting;
  return h(
    "div",
    { class: "posting" },
    h("span", { class: "amount" }, posting.amount, h("small", {}, ` ${posting.currency}`)),
    h(
      "span",
      { class: "type" },
      posting.kind === "transfer" ? posting.type : `${posting.kind} ${posting.type}`,
    ),
    h("span", { class: "way" }, account(posting.from), " → ", account(posting.to)),
    h(
      "span",
      { class: "foot" },
      h("span", { title: posting.key }, `№ ${posting.id}`),
      hasCause && causeActor !== null ? [" by ", stepAnchor(causeActor, causeRevision)] : null,
      hasCause ? ` ${eventText(posting.causeEvent ?? "")}` : null,
      posting.externalId === null ? null : h(
        "span",
        { class: "outside", title: posting.externalId },
        ` ${posting.externalId}`,
      ),
    ),
  );
}

function options(select, every, values) {
  const chosen = select.value;
  select.replaceChildren(
    h("option", { value: "" }, every),
    ...values.map((value) => h("option", { value }, value)),
  );
  if (values.includes(chosen)) select.value = chosen;
}

function union(lists) {
  return [...new Set(lists.flat())];
}
