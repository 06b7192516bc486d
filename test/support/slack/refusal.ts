/** What a method refuses, by Slack's name for it. */
export class Refusal extends Error {
  readonly details: string[];
  /** Of a manifest: each with its place. */
  readonly mistakes: { message: string; pointer: string }[];
  constructor(name: string, details: string[] = [], mistakes: { message: string; pointer: string }[] = []) {
    super(name);
    this.details = details;
    this.mistakes = mistakes;
  }
}
