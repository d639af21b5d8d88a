/**
 * What a node's effects do outside the runtime, each thing of which can be its last: the node ends
 * right before it, or when it is done and nobody has heard of it.
 */

export interface Mortality {
  /** Passed up to now, in all lives. */
  readonly points: number;
  /** Whoever begins work lives. @returns The number of this life. */
  begin(): number;
  /** Does it, unless the node has ended. @param life Whose work it is; by default whoever lives. */
  outlive<T>(work: () => Promise<T>, life?: number): Promise<T>;
}

/**
 * @param diesAt Which point ends a life, 1 for the first; none when undefined.
 * @param kill Ends the node.
 */
export function createMortality(
  { diesAt, kill }: { diesAt: number | undefined; kill: () => void },
): Mortality {
  let points = 0;
  let life = 0;
  let isDead = false;

  function passes(ofLife: number | undefined): boolean {
    if (isDead || (ofLife !== undefined && ofLife !== life)) return false;
    if (++points !== diesAt) return true;
    isDead = true;
    kill();
    return false;
  }

  return {
    get points() {
      return points;
    },
    begin() {
      // What an ended node still does goes nowhere.
      if (isDead) life++;
      isDead = false;
      return life;
    },
    async outlive(work, ofLife) {
      if (!passes(ofLife)) return await never();
      const result = await work();
      return passes(ofLife) ? result : await never();
    },
  };
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
