import { createInterface } from 'node:readline';

/** A line of what the Engine says while it builds, pulls or pushes. */
export interface EngineMessage {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
  /** Only while a layer moves: too many to show. */
  progress?: string;
  /** At the end of a push: the digest under which the registry keeps the image. */
  aux?: { Digest?: string };
}

/** Reads the Engine's progress stream; ends with it, throws when the connection breaks. */
export async function* readMessages(stream: NodeJS.ReadableStream): AsyncIterable<EngineMessage> {
  let broken: unknown;
  stream.once('error', (error) => (broken = error));
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.trim()) yield JSON.parse(line) as EngineMessage;
  }
  if (broken) throw broken;
}
