import { readLines } from '../../text-lines.ts';

/** A progress message of a build, pull or push. */
export interface EngineMessage {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
  /** Set during layer transfers, which are too many to show. */
  progress?: string;
  /** At the end of a push: the image's digest in the registry. Of BuildKit: what it tells, as `decodeTrace` reads it. */
  aux?: { Digest?: string } | string;
}

/** The Engine passes on at most 32 KiB at once, which escapes make six times longer. Characters. */
const maxMessage = 4_000_000;

/** Reads the Engine's progress stream, as fast as it is read; ends with it, throws when the connection breaks. */
export async function* readMessages(stream: NodeJS.ReadableStream): AsyncIterable<EngineMessage> {
  for await (const { cut, text } of readLines(stream, maxMessage)) {
    if (cut) yield { status: 'A message of the Engine is left out: it has more than 4 million characters' };
    else if (text.trim()) yield inOneForm(JSON.parse(text) as Sent);
  }
}

/** `error` and `progress` come twice; the short form is deprecated since API 1.48. */
interface Sent extends EngineMessage {
  errorDetail?: { message?: string };
  progressDetail?: { current?: number };
}

function inOneForm({ errorDetail, progressDetail, ...message }: Sent): EngineMessage {
  const error = message.error || errorDetail?.message;
  const progress = message.progress || progressDetail?.current?.toString();
  return { ...message, ...(error !== undefined && { error }), ...(progress !== undefined && { progress }) };
}
