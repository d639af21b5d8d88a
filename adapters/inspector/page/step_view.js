/** The right side: an actor's events as a sequence, and the chosen step from all sides. */
import { postingCard } from "./actor_list.js";
import {
  dayText,
  distanceText,
  eventText,
  h,
  shortAddress,
  stepAnchor,
  stepLink,
  timeText,
} from "./dom.js";
import { changeLines, changes, jsonTree } from "./json_view.js";

/** The lines of a log, oldest first. */
export function sequence({ lines, hasOlder }, { chosen, onOlder }) {
  return [
    hasOlder
      ? h("li", {}, h("button", { type: "button", class: "more", onclick: onOlder }, "Older"))
      : null,
    ...lines.map((line, index) => sequenceLine(line, { chosen, previous: lines[index - 1] })),
  ].filter((item) => item !== null);
}

function sequenceLine(line, { chosen, previous }) {
  const isChosen = line.revision !== null && line.revision === chosen;
  const isMove = line.state !== null && line.state !== previous?.state;
  const content = [
    h("time", { title: dayText(line.atMs) }, timeText(line.atMs)),
    h("span", { class: "number" }, line.revision === null ? "✕" : String(line.revision)),
    h("span", { class: "event", title: line.type }, eventText(line.type)),
    h("span", { class: "source", title: line.source ?? "outside" }, sourceText(line)),
    line.refusal === null
      ? h("span", { class: isMove ? "state moved" : "state" }, isMove ? line.state : "")
      : h("span", { class: "refusal" }, line.refusal),
    line.postings.length === 0 ? null : h(
      "span",
      { class: "money" },
      line.postings.map(({ amount, currency }) => `${amount} ${currency}`).join(", "),
    ),
  ];
  return h(
    "li",
    { class: line.refusal === null ? "" : "refused", "data-revision": line.revision },
    line.revision === null ? h("div", { class: "line" }, content) : h("a", {
      class: "line",
      href: stepLink(line.address, line.revision),
      "aria-current": isChosen ? "step" : null,
    }, content),
  );
}

function sourceText({ source, sourceRevision }) {
  if (source === null) return "outside";
  return source.includes("/") ? `${shortAddress(source)} @${sourceRevision ?? "?"}` : source;
}

/** The chosen step. */
export function stepDetail(step, { view, onFind }) {
  const { before, after } = step;
  return [
    h(
      "header",
      {},
      h("h2", {}, eventText(step.type)),
      h("p", {}, `Step ${step.revision}, ${dayText(step.atMs)}, from `, sourceLink(step)),
      h("a", {
        class: "button",
        href: stepLink(step.address, step.revision, view === "chain" ? undefined : "chain"),
      }, view === "chain" ? "Back to the machine" : "Follow it from actor to actor"),
    ),
    step.problem === null
      ? null
      : h("p", { class: "note bad" }, step.problem, ". Only what is stored is shown."),
    section("State", [
      h(
        "p",
        { class: "states" },
        before === null || stateText(before.value) === step.state
          ? null
          : [h("span", {}, stateText(before.value)), " → "],
        h("b", {}, step.state ?? "not kept"),
        step.status === "active" ? null : h("span", { class: `chip ${step.status}` }, step.status),
      ),
      after === null
        ? null
        : h("p", {}, after.tags.map((tag) => h("span", { class: "chip" }, tag))),
      after?.output === undefined || after.output === null ? null : [
        h("h4", {}, "Output"),
        jsonTree(after.output),
      ],
    ]),
    step.postings.length === 0
      ? null
      : section("Posted", step.postings.map((posting) => postingCard(posting, { onFind }))),
    after === null ? null : contextSection(step),
    Object.keys(withoutType(step.event)).length === 0
      ? null
      : section("Event", jsonTree(withoutType(step.event))),
    step.asked.length === 0 ? null : section("Asked for", step.asked.map(askedLine)),
    step.caused.length === 0 ? null : section("Caused", step.caused.map(causedLine)),
  ].filter((part) => part !== null);
}

function section(title, content) {
  return h("section", {}, h("h3", {}, title), content);
}

function sourceLink({ source, sourceRevision, address }) {
  if (source === null) return "outside";
  if (source.includes("/")) return stepAnchor(source, sourceRevision);
  if (sourceRevision === null) return `a ${source}`;
  return [`an ${source} that `, stepAnchor(address, sourceRevision), " asked for"];
}

function contextSection({ before, after }) {
  const list = before === null ? [] : changes(before.context, after.context);
  return section("Context", [
    before === null
      ? null
      : list.length === 0
      ? h("p", { class: "mark" }, "Nothing changed.")
      : changeLines(list),
    h(
      "details",
      { open: before === null },
      h("summary", {}, "All of it after this step"),
      jsonTree(after.context, { isOpen: true }),
    ),
  ]);
}

function askedLine(asked) {
  switch (asked.what) {
    case "send":
      return line("→", [
        h("b", {}, eventText(asked.event?.type ?? "")),
        asked.delayMs === undefined ? null : ` in ${asked.delayMs} ms`,
        " to ",
        stepAnchor(asked.to),
      ], withoutType(asked.event));
    case "invoke":
      return line(
        "⟳",
        [h("b", {}, asked.name), asked.id === asked.name ? null : ` as ${asked.id}`],
        asked.input,
      );
    case "timer":
      return line(
        "◷",
        [h("b", {}, eventText(asked.event?.type ?? "")), ` in ${asked.delayMs} ms`],
        {},
      );
    case "emit":
      return line("◌", [h("b", {}, asked.event?.type ?? ""), " emitted"], withoutType(asked.event));
    case "stop":
    case "cancel":
      return line("✕", [`${asked.what} `, h("b", {}, eventText(asked.id))], {});
    default: {
      const mark = { effect: "↗", write: "✎", action: "ƒ" }[asked.what];
      return line(mark, h("b", {}, asked.name), asked.params, asked.what);
    }
  }
}

function line(mark, title, data, hint) {
  const hasData = typeof data === "object" && data !== null && Object.keys(data).length > 0;
  const head = [h("span", { class: "sign", title: hint }, mark), h("span", {}, title)];
  return hasData
    ? h("details", { class: "asked" }, h("summary", {}, head), jsonTree(data))
    : h("div", { class: "asked" }, head);
}

function causedLine(caused) {
  return h(
    "div",
    { class: caused.refusal === null ? "asked" : "asked refused" },
    h("span", { class: "sign" }, "→"),
    h("span", {}, [
      h("b", {}, eventText(caused.type)),
      " at ",
      caused.revision === null
        ? shortAddress(caused.address)
        : stepAnchor(caused.address, caused.revision),
      caused.refusal === null ? null : ` refused: ${caused.refusal}`,
    ]),
  );
}

/** What the actor waits for now. */
export function waiting(tree, address) {
  const member = tree.members.find((each) => each.address === address);
  const effects = tree.pendingEffects.filter((effect) => effect.address === address);
  const messages = tree.pendingMessages.filter((message) => message.address === address);
  const letters = tree.letters.filter((letter) => letter.address === address);
  const lines = [
    ...(member?.timers ?? []).map(({ event, dueMs, to }) =>
      line(
        "◷",
        [
          h("b", {}, eventText(event.type)),
          ` ${distanceText(dueMs)}`,
          to === null ? null : [" to ", stepAnchor(to)],
        ],
        {},
        dayText(dueMs),
      )
    ),
    ...effects.map(({ name, attempt, lastError, input, lane }) =>
      line("⟳", [
        h("b", {}, name),
        `, try ${attempt}`,
        lane === null ? null : `, lane ${lane}`,
        lastError === null ? null : h("span", { class: "refusal" }, ` ${lastError}`),
      ], input)
    ),
    ...messages.map(({ event, source }) =>
      line("✉", [h("b", {}, eventText(event?.type ?? "")), ` from ${source ?? "outside"}`], event)
    ),
    ...letters.map(({ event, error }) =>
      line("✕", [
        h("b", {}, eventText(event?.type ?? "")),
        h("span", { class: "refusal" }, ` ${error}`),
      ], event)
    ),
  ];
  return lines.length === 0 ? [] : [h("div", { class: "card" }, section("Waiting now", lines))];
}

/** A state value in one line. */
export function stateText(value) {
  if (typeof value !== "object" || value === null) return String(value);
  const regions = Object.entries(value).map(([name, inner]) => {
    const rest = stateText(inner);
    return rest === "{}" ? name : `${name}.${rest}`;
  });
  return regions.length === 0
    ? "{}"
    : regions.length === 1
    ? regions[0]
    : `(${regions.join(", ")})`;
}

function withoutType(event) {
  const { type: _, ...rest } = event ?? {};
  return rest;
}
