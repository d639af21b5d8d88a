/* The sandbox's stand-in for yookassa.ru/payouts-data/3.1.0/widget.js, with the same interface. */
(() => {
  const base = document.currentScript.src.replace(/\/\d+\.\d+\.\d+\/widget\.js.*$/, "");
  const { origin } = new URL(base);

  class PayoutsData {
    #options;
    #frame;
    #listen = (event) => this.#hear(event);

    /** @param options `type: "payout"`, `account_id` of the gateway, `success_callback` for the card, `error_callback` for a code; `lang` of the form. */
    constructor(options) {
      this.#options = options;
      if (options.type !== "payout") throw new Error('PayoutsData: "type" must be "payout"');
    }

    /** Puts the form into the element of this id. Resolves when it is there. */
    render(id) {
      const place = document.getElementById(id);
      if (place === null) return Promise.reject(new Error(`PayoutsData: there is no #${id}`));
      const { account_id, lang = "ru_RU" } = this.#options;
      const query = new URLSearchParams({
        account_id,
        origin: location.origin,
        lang: lang.slice(0, 2),
      });
      this.#frame = document.createElement("iframe");
      this.#frame.src = `${base}/form?${query}`;
      this.#frame.title = lang.startsWith("ru") ? "Карта для выплаты" : "Card for the payout";
      this.#frame.width = "100%";
      this.#frame.height = "260";
      this.#frame.setAttribute("frameborder", "0");
      addEventListener("message", this.#listen);
      return new Promise((resolve) => {
        this.#frame.addEventListener("load", () => resolve(), { once: true });
        place.replaceChildren(this.#frame);
      });
    }

    /** Hears no more of the form. */
    clearListeners() {
      removeEventListener("message", this.#listen);
    }

    #hear({ origin: from, source, data }) {
      if (from !== origin || source !== this.#frame?.contentWindow) return;
      if (data.card !== undefined) this.#options.success_callback(data.card);
      else if (data.problem !== undefined) this.#options.error_callback?.(data.problem);
      else if (Number.isFinite(data.height)) this.#frame.height = String(Math.ceil(data.height));
    }
  }

  globalThis.PayoutsData = PayoutsData;
})();
