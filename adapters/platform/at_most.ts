/**
 * Waits for the end of something, but not longer than `ms`: at the end of a process nobody from
 * outside may hold it up.
 * @throws What `work` throws within that time.
 */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
