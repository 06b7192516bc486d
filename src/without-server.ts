import { UnavailableError, UsageError, UserError } from './errors.ts';

type Program = (args: string[], env: NodeJS.ProcessEnv, print: (line: string) => void) => Promise<void>;

/** What the command line does without a server: mostly to the data folder and the database that none runs on. */
const programs: Record<string, () => Promise<Program>> = {
  'join-backup': async () => (await import('./join-backup.ts')).joinBackup,
  migrate: async () => (await import('./migrate-database.ts')).migrateDatabase,
  'restore-self': async () => (await import('./restore-self.ts')).restoreSelf,
};

/** @returns the exit code, as `exitCodes` of the command line has them. */
export async function runWithoutServer([name = '', ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const program = await programs[name]?.();
  if (!program) throw new Error(`there is no program ${name}`);
  try {
    await program(args, env, (line) => void process.stdout.write(`${line}\n`));
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`shipmate: ${error.message}\n`);
    if (error instanceof UsageError) return 2;
    return error instanceof UnavailableError ? 4 : 3;
  }
}
