/** The faults as a dialog: choose one, see those that wait, switch them off. */
import type { Fault, FaultService, Person } from "../door_types.ts";
import { SERVICE_NAMES } from "../faults.ts";
import { describeFault, FAULT_CHOICES, FAULT_METHODS } from "./fault_words.ts";
import { type Html, markup } from "./markup.ts";

const SERVICES = Object.keys(SERVICE_NAMES) as FaultService[];

/** Renders the dialog; whom a fault may hit is filled in when it is opened. */
export function renderFaultsDialog(list: Html): Html {
  return markup`
    <dialog id="faults" class="dialog" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults</h2>
      <p>Make Telegram, RANDOM.ORG, drand or YooKassa go wrong for the next calls, and see what the bot does.</p>
      <ul id="fault-list" aria-live="polite">${list}</ul>
      <form id="fault-form">
        <label>What happens <select name="choice">${
    SERVICES.map((service) =>
      markup`<optgroup label="${SERVICE_NAMES[service]}">${
        FAULT_CHOICES.filter(({ services }) => services.includes(service)).map((choice) =>
          markup`
                <option data-service="${service}" data-order="${JSON.stringify(choice.order)}"
                  data-seconds="${choice.seconds ?? ""}">${choice.words}</option>
              `
        )
      }</optgroup>`
    )
  }</select></label>
        <label>On which call <select name="method"><option value="*">Every call</option>${
    SERVICES
      .map((service) =>
        markup`<optgroup label="${SERVICE_NAMES[service]}" data-service="${service}">${
          FAULT_METHODS[service].map((method) => markup`<option>${method}</option>`)
        }</optgroup>`
      )
  }</select></label>
        <label>For whom <select name="person"><option value="">Everybody</option></select></label>
        <div class="pair">
          <label>How many calls <input name="times" type="number" value="1" min="1" max="1000"></label>
          <label>Seconds <input name="seconds" type="number" value="3" min="1" max="600"></label>
        </div>
        <button class="primary">Switch on</button>
        <button type="button" data-clear-faults="">Switch all off</button>
        <button type="button" data-close-dialog="">Close</button>
      </form>
    </dialog>
  `;
}

/** Renders the faults that wait for their calls. */
export function renderFaultList(faults: readonly Fault[], people: readonly Person[]): Html {
  if (faults.length === 0) return markup`<li class="none">None: everything goes as usual.</li>`;
  const nameOf = (id: number): string =>
    people.find((person) => person.id === id)?.first_name ?? String(id);
  return markup`${
    faults.map((fault) =>
      markup`<li><span>${describeFault(fault, nameOf)}</span>
        <button type="button" data-remove-fault="${fault.id}">
          Switch off</button></li>`
    )
  }`;
}
