import { UserError } from '../../src/errors.ts';

/** Prints what the person can mend, and exits with 1; a bug keeps its stack trace. */
export async function reportUserErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
