/**
 * Tells the page that frames the form of the card, or of what is wrong, and how high the form is: that
 * page and no other.
 */
const { origin, card, problem } = document.getElementById("told").dataset;
if (parent !== window && origin !== "") {
  if (card !== "") parent.postMessage({ card: JSON.parse(card) }, origin);
  else if (problem !== "") parent.postMessage({ problem }, origin);
  new ResizeObserver(() => {
    parent.postMessage({ height: document.body.offsetHeight }, origin);
  }).observe(document.body);
}
