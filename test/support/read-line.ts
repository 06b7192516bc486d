import { UserError } from '../../src/errors.ts';
import type { Command } from '../../src/handlers/command.ts';
import type { Decoded } from '../../src/handlers/decode-input.ts';
import { readRequest } from '../../src/handlers/command-request.ts';

/** What a line is read as. @throws {UserError} the mistake that it holds. */
export function readLine(
  commands: readonly Command[],
  line: string,
  secrets?: Record<string, string>,
): Decoded & { command: Command } {
  const { command, decoded } = readRequest(commands, { line, ...(secrets && { secrets }) });
  if (!command || decoded instanceof UserError) throw decoded;
  return { command, ...decoded };
}
