/** Shows YooKassa's form and hands over the token that it gives: nothing else of the card. */
const place = document.getElementById("form");
const show = (id) => {
  place.hidden = true;
  document.getElementById(id).hidden = false;
};

async function give(widget, { payout_token, last4 }) {
  widget.clearListeners();
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ payout_token, last4 }),
    });
    show(response.ok ? "taken" : response.status === 404 ? "gone" : "failed");
  } catch {
    show("failed");
  }
}

async function open() {
  // Not defined when YooKassa's script did not come.
  const widget = new PayoutsData({
    type: "payout",
    account_id: place.dataset.account,
    lang: place.dataset.language,
    success_callback: (card) => give(widget, card),
    error_callback: () => show("failed"),
  });
  await widget.render("form");
}

open().catch(() => show("failed"));
