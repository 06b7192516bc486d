import type { Dispatcher } from './dispatch.ts';
import { parseDotenv } from '../usecases/applications/parse-dotenv.ts';

/** Several lines that were pasted at once: lines to run, or variables that lack their application. */
export type Pasted = { lines: string[] } | { variables: string[]; text: string };

/**
 * What lines that came at once mean. They are one line where a command begins it that takes text, such as `env import`;
 * lines one after the other where each begins with a command; and never commands where they are variables.
 */
export function readPasted({ read }: Pick<Dispatcher, 'read'>, text: string): Pasted {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const { command } = read({ line: text });
  if (lines.length < 2) return { lines: [text] };
  const takesText = command && Object.values(command.options).some((option) => option.rest || option.kind === 'secret');
  if (takesText) return { lines: [text] };
  if (lines.every((line) => read({ line }).command)) return { lines };
  const variables = variablesOf(text);
  return variables.length > 0 ? { variables, text } : { lines: [text] };
}

/** The names that dotenv text sets; none where it is not dotenv text. */
function variablesOf(text: string): string[] {
  try {
    return Object.keys(parseDotenv(text));
  } catch {
    return [];
  }
}

/** The line that gives an application the pasted variables. */
export function importLine(application: string, text: string): string {
  return `env import ${application} ${text}`;
}
