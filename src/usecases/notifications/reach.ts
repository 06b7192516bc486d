/** Whether Shipmate may write in a channel, as far as its platform tells beforehand. */
export type Reach =
  | { state: 'open' }
  /** `step`: what a person can do about it, a sentence. */
  | { state: 'refused'; why: string; step: string }
  | { state: 'unchecked'; why: string };

/** @throws {Error} when the platform does not answer. */
export type ReachCheck = (channel: string) => Promise<Reach>;
