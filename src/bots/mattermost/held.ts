import type { ServerResponse } from 'node:http';

/** A request that the server waits with: its answer is shown where the person is. */
export interface Held {
  /** @returns false when nothing waits any more. */
  answer(body: object): boolean;
}

/** Servers wait three seconds, and newer ones thirty; a press looks dead until then. Milliseconds. */
const heldMs = 2_000;

/** Answers with nothing after a while. */
export function hold(response: ServerResponse): Held {
  let open = true;
  const timer = setTimeout(() => answer({}), heldMs);
  response.on('close', () => {
    open = false;
    clearTimeout(timer);
  });

  function answer(body: object): boolean {
    if (!open) return false;
    open = false;
    clearTimeout(timer);
    endWith(response, 200, body);
    return true;
  }
  return { answer };
}

export function endWith(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
