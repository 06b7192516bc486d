/** A program failed. The message is the end of its output, not redacted. */
export class ProgramError extends Error {
  override name = 'ProgramError' as const;
  exitCode: number;

  constructor(exitCode: number, lastWords: string) {
    super(lastWords || `it ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}
