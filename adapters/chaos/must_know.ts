/** Something that a person has to have read. */
export interface MustKnow {
  readonly playerId: string;
  readonly what: string;
  readonly words: (text: string) => boolean;
}
