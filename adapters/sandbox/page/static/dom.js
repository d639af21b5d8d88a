/** Small helpers of the page: asking the doors, replacing HTML without losing the focus, toasts. */

const bot = document.body.dataset.bot;

/**
 * Asks a door of the sandbox, the same that tests use.
 * @throws {Error} With the door's words when it refuses.
 */
export async function ask(method, path, body) {
  const response = await fetch(`/sandbox/${path}${path.includes("?") ? "&" : "?"}bot=${bot}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}`);
  return answer;
}

/** Makes elements of HTML that the sandbox rendered; all values in it are escaped there. */
export function elementsOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

/**
 * Makes what is in an element like some HTML. Elements stay where they are and are changed: a press
 * that has begun is not lost, nor the focus, nor what is unfolded or typed.
 */
export function replaceInside(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morphChildren(element, template.content);
}

/** Makes an element like another one. */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN_ATTRIBUTES.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  morphChildren(old, fresh);
}

/** What the page itself sets, and the server knows nothing of. */
const OWN_ATTRIBUTES = ["open", "aria-busy", "aria-current"];

function morphChildren(old, fresh) {
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  for (const [index, node] of after.entries()) {
    if (index < before.length) morph(before[index], node);
    else old.append(node);
  }
  for (const node of before.slice(after.length)) node.remove();
}

const TOAST_MS = 5_000;

/** Says something over a chat, or over all of them when it is about none. */
export function toast(text, { chat, isError = false } = {}) {
  const places = document.querySelectorAll(".toasts");
  const place = chat?.querySelector(".toasts") ??
    [...places].find((each) => each.offsetParent !== null) ?? document.body;
  const element = document.createElement("p");
  element.className = isError ? "toast error" : "toast";
  element.textContent = text;
  place.append(element);
  setTimeout(() => element.remove(), TOAST_MS);
}

/** Shows an alert that waits for its OK. */
export function showAlert(text) {
  const dialog = document.getElementById("alert");
  const words = document.getElementById("alert-text");
  words.textContent = dialog.open ? `${words.textContent}\n\n${text}` : text;
  if (!dialog.open) dialog.showModal();
}
