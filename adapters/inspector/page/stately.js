/** Passes this node's steps on to the Stately inspector in its frame, which begins when it says so. */
const ORIGIN = "https://stately.ai";
/** Steps kept until it is ready; of more the oldest are dropped. */
const MAX_WAITING = 2_000;

const frame = document.getElementById("inspector");
const scheme = location.protocol === "https:" ? "wss" : "ws";
const socket = new WebSocket(`${scheme}://${location.host}/inspect/stream`);
let waiting = [];
let isReady = false;

addEventListener("message", ({ data, origin }) => {
  if (origin !== ORIGIN || data?.type !== "@statelyai.connected") return;
  isReady = true;
  for (const event of waiting) pass(event);
  waiting = [];
});
socket.addEventListener("message", ({ data }) => {
  const event = JSON.parse(data);
  if (isReady) return pass(event);
  waiting.push(event);
  if (waiting.length > MAX_WAITING) waiting.shift();
});

function pass(event) {
  frame.contentWindow.postMessage(event, ORIGIN);
}
