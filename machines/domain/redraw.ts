/** Another draw in place of one that does not count: how often, and when not. */

/** Draws that may be replaced, one after the other. */
export const MAX_REDRAWS = 3;

/** Why a dispute has no other draw: the list does not fit its seal, and another seal would hide that. */
export const LIST_CHANGED = "sealBroken";
