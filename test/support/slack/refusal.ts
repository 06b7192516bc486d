/** What a method refuses, by Slack's name for it. */
export class Refusal extends Error {
  readonly details: string[];
  constructor(name: string, details: string[] = []) {
    super(name);
    this.details = details;
  }
}
