/** Whom of the admins the bot may write to, noted for a test. */
import type { AdminReach } from "../effects/write_to_admin.ts";

/** `reached 8`, `unreached 9`, in order. */
export interface FakeReach extends AdminReach {
  notes: string[];
}

/** Creates an empty one. */
export function createFakeReach(): FakeReach {
  const notes: string[] = [];
  return {
    notes,
    reached: (adminId) => Promise.resolve(void notes.push(`reached ${adminId}`)),
    unreached: (adminId) => Promise.resolve(void notes.push(`unreached ${adminId}`)),
  };
}
