/** Words that two admins must say: the first waits for the second, and counts while who said it is one. */

/** A word that an admin has given. */
export interface Vote {
  by: string;
}

/** The next word. */
export interface Said extends Vote {
  /** The others who may say it, as the edge knows them now; absent from code that did not say so. */
  admins?: readonly string[] | undefined;
}

/** The first word, if it still stands when the next one is said. */
export function standingVote<Given extends Vote>(
  vote: Given | null,
  { by, admins }: Said,
): Given | null {
  if (vote === null || vote.by === by) return vote;
  return admins === undefined || admins.includes(vote.by) ? vote : null;
}
