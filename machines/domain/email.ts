/** An e-mail address, as far as a receipt needs it. Imports nothing. */

/** Source: RFC 5321 §4.5.3.1 (lengths). */
const MAX_EMAIL = 254;
const EMAIL =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}$/;

/** Whether a text is an address that a receipt can be sent to. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_EMAIL && EMAIL.test(text);
}
