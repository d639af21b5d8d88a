/** Many who ask for one thing each, answered by one question to the database. */

/**
 * What is asked while a question is on its way goes together into the next one.
 * @param answer Finds what it can of the keys; the others are answered with undefined.
 */
export function gatherQuestions<Key, Answer>(
  answer: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Answer>>,
): (key: Key) => Promise<Answer | undefined> {
  let keys = new Set<Key>();
  let next: Promise<ReadonlyMap<Key, Answer>> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const askNext = (): Promise<ReadonlyMap<Key, Answer>> => {
    const asked = [...keys];
    keys = new Set();
    next = undefined;
    return answer(asked);
  };
  return async (key) => {
    keys.add(key);
    next ??= last.then(askNext);
    last = next.catch(() => {});
    return (await next).get(key);
  };
}
