import { expect } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { until } from '../../../support/until.ts';

interface Event {
  event: string;
  id: string | undefined;
  data: { html?: string; title?: string; count?: number };
}

export interface Listening extends AsyncDisposable {
  /** So far. */
  events: readonly Event[];
  lines(): readonly string[];
  ended(): boolean;
  /** Stops reading, or goes on. */
  read(goesOn: boolean): void;
}

/** Opens the stream of a page as a browser does. */
export async function listen(url: string, headers: Record<string, string> = {}): Promise<Listening> {
  const request = get(url, { headers: { accept: 'text/event-stream', ...headers } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
  const events: Event[] = [];
  const lines: string[] = [];
  let rest = '';
  // Each event is read once, as it comes: tests look again and again.
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const event of blocks.flatMap(parse)) {
      events.push(event);
      for (const [, line = ''] of (event.data.html ?? '').matchAll(/class="text">([^<]*)</g)) lines.push(line);
    }
  });
  response.on('error', () => undefined);
  return {
    events,
    lines: () => lines,
    ended: () => response.closed,
    read: (goesOn) => void (goesOn ? response.resume() : response.pause()),
    async [Symbol.asyncDispose]() {
      // Cut off in the middle, it says so with an error too.
      request.on('error', () => undefined).destroy();
      await until('the stream closed', () => response.closed);
    },
  };
}

function parse(block: string): Event[] {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
  );
  return fields['event']
    ? [{ event: fields['event'], id: fields['id'], data: JSON.parse(fields['data'] ?? '{}') as Event['data'] }]
    : [];
}
