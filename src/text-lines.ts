import { StringDecoder } from 'node:string_decoder';

export interface TextLine {
  text: string;
  /** Whether there was more of it. */
  cut: boolean;
}

/** The lines of a stream of UTF-8, as fast as they are read. Of a line no more than `limit` characters are kept. */
export async function* readLines(stream: AsyncIterable<string | Uint8Array>, limit: number): AsyncGenerator<TextLine> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let cut = false;

  function add(more: string): void {
    cut ||= more.length > limit - text.length;
    text += more.slice(0, limit - text.length);
  }

  for await (const chunk of stream) {
    const pieces = (typeof chunk === 'string' ? chunk : decoder.write(chunk)).split('\n');
    for (const [at, piece] of pieces.entries()) {
      add(piece);
      if (at === pieces.length - 1) break;
      yield { text, cut };
      [text, cut] = ['', false];
    }
  }
  add(decoder.end());
  if (text) yield { text, cut };
}
