import { createReadStream } from 'node:fs';
import { AnswerTooLargeError, readWithin } from '../bounded-answer.ts';
import { UsageError } from '../errors.ts';
import { formatSize } from '../units/sizes.ts';

/** As much as the server takes of a line, bytes. */
const longestText = 1024 ** 2;

/** What belongs behind the line: a file's text, or what is piped in. @throws {UsageError} */
export async function attachedText(from: 'stdin' | { file: string }): Promise<string> {
  const name = from === 'stdin' ? 'What is piped in' : `\`${from.file}\``;
  try {
    const text = await readWithin(from === 'stdin' ? process.stdin : createReadStream(from.file), longestText);
    return text.toString('utf8');
  } catch (error) {
    if (error instanceof AnswerTooLargeError)
      throw new UsageError(`${name} is larger than ${formatSize(longestText)}.`);
    if (!(error instanceof Error)) throw error;
    throw new UsageError(`${name} cannot be read: ${error.message}.`, { cause: error });
  }
}
