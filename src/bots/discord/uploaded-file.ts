import { AnswerTooLargeError, fetchWithin } from '../../bounded-answer.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { formatSize } from '../../units/sizes.ts';

/** What a person gave in a form. @see https://docs.discord.com/developers/resources/message#attachment-object */
export interface Uploaded {
  filename: string;
  /** Bytes. */
  size: number;
  url: string;
}

/** Where Discord keeps what people upload. @see https://docs.discord.com/developers/reference#signed-attachment-cdn-urls */
export const discordCdn = 'https://cdn.discordapp.com';

/** Bytes: its text has to fit a line, in which quotes count twice. */
export const mostUploaded = 96 * 1024;
const fetchMs = 5_000;

/**
 * The text of a file that was uploaded.
 * @param cdn The only origin that files are fetched from.
 * @throws {UsageError} with what to do.
 */
export async function readUploaded({ filename, size, url }: Uploaded, cdn = discordCdn): Promise<string> {
  const name = quoted(filename);
  const tooLarge = new UsageError(
    `${name} has more than ${formatSize(mostUploaded)}. Give it in parts, or with the command line of Shipmate.`,
  );
  if (size > mostUploaded) throw tooLarge;
  if (!URL.canParse(url) || new URL(url).origin !== cdn) throw new UsageError(`${name} is not one of Discord’s files.`);
  const bytes = await download(url).catch((error: unknown) => {
    if (error instanceof AnswerTooLargeError) throw tooLarge;
    throw new UsageError(`${name} could not be fetched from Discord. Upload it again.`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name} is not text in UTF-8. Save it as such, and upload it again.`);
  }
}

async function download(url: string): Promise<ArrayBuffer> {
  const answer = await fetchWithin(url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) }, mostUploaded);
  if (!answer.ok) throw new Error(`Discord answered ${answer.status}`);
  return answer.arrayBuffer();
}
