/** While a call waits. */
export interface Waiting {
  signal: AbortSignal;
  /** Whether it waits for the end of a deployment too, and not only for its beginning. */
  toTheEnd: boolean;
  /** How long a call waits for a person, or for the end of a deployment, before it answers without, milliseconds. */
  waitMs: number;
  /** Tells the client how it is going. */
  tell(message: string): Promise<void>;
}
