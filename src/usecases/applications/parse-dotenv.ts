import { EnvFileError, readEnvFile } from '../../compose/env-file.ts';
import { UsageError } from '../../errors.ts';

/**
 * Reads dotenv text as Docker Compose reads an env file: a `#` begins a comment only after a blank, and a variable may refer to
 * one above it. `${shared.NAME}` stays. What is wrong is told by its line and not quoted, since it may be a part of a secret.
 * @throws {UsageError}
 */
export function parseDotenv(text: string): Record<string, string> {
  const { missing, values } = read(text);
  if (missing.length > 0) {
    throw new UsageError(
      'A value refers with `$` to a variable that the input does not set. For a dollar sign, write `$$`, or put the value in ' +
        'single quotes.',
    );
  }
  if (Object.keys(values).length > 0) return values;
  throw new UsageError('The input has no `KEY=VALUE` line.');
}

/** What a project shares is filled in by the deployment. */
function asWritten(name: string): string | undefined {
  return name.startsWith('shared.') ? `\${${name}}` : undefined;
}

function read(text: string) {
  try {
    return readEnvFile(text, { file: 'input', lookup: asWritten });
  } catch (error) {
    if (!(error instanceof EnvFileError)) throw error;
    const { line, quote } = error;
    const why = quote === undefined ? 'it is neither `KEY=VALUE` nor a comment' : `the quote ${quote} is not closed`;
    throw new UsageError(`The input cannot be read in line ${line}: ${why}.`);
  }
}
