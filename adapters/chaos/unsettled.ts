/** Something that is still on its way. */
export interface Unsettled {
  readonly what: string;
  readonly count: number;
}
