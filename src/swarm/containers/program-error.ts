/** A program that ran once did not end well. The message is its last words, which are not redacted. */
export class ProgramError extends Error {
  override name = 'ProgramError' as const;
  exitCode: number;

  constructor(exitCode: number, lastWords: string) {
    super(lastWords || `it ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}
