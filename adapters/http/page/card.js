/** Shows YooKassa's form and hands over the token that it gives: nothing else of the card. */
const byId = (id) => document.getElementById(id);
const place = byId("form");

/** The last word. Whoever reads by ear or by keyboard is led to it: the form is gone. */
function show(id) {
  byId("ask").hidden = true;
  byId(id).hidden = false;
  byId(id).focus();
}

async function give(widget, { payout_token, last4 }) {
  widget.clearListeners();
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ payout_token, last4 }),
    });
    byId("card").textContent = `•••• ${last4}`;
    show(response.ok ? "taken" : response.status === 404 ? "gone" : "failed");
  } catch {
    show("failed");
  }
}

async function begin() {
  byId("loading").hidden = false;
  // It is not there when its provider cannot be reached, or something in the browser keeps it out.
  const widget = new PayoutsData({
    type: "payout",
    account_id: place.dataset.account,
    lang: place.dataset.language,
    success_callback: (card) => give(widget, card),
    error_callback: () => show("failed"),
  });
  await widget.render("form");
  byId("loading").hidden = true;
}

byId("again").addEventListener("click", () => location.reload());
begin().catch(() => show("failed"));
