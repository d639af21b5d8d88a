/** What a step is given: the page, the people, and the camera. */
import type { Page } from "playwright-core";
import type { Seat } from "./seat.ts";
import type { PageWatch } from "./watch_page.ts";

/** The surroundings of a story. */
export interface Stage {
  readonly page: Page;
  /** Of the screen, in CSS pixels. */
  readonly width: number;
  readonly watch: PageWatch;
  /** A person by the first name. */
  seat(name: string): Seat;
  /** Keeps a picture, if pictures are wanted. */
  shoot(name: string): Promise<void>;
  /** Keeps a picture of what went wrong, always. */
  shootFailure(): Promise<void>;
}
