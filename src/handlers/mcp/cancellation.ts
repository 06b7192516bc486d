import { z } from 'zod';

const Id = z.union([z.string(), z.number()]);
const Message = z.object({
  id: Id.optional(),
  method: z.string(),
  params: z.object({ requestId: Id.optional() }).optional(),
});

/**
 * Calls that wait. Clients of the protocols of 2025 tell that they gave one up in a message of its own, and leave its stream
 * open: it would wait on, for nobody. Another replica does not know the call, which then ends by its own time.
 */
export function createCancellations() {
  const waiting = new Map<string, AbortController>();

  return {
    /**
     * Ends the request that the message names, or keeps what ends the message's own.
     * @param caller Its session. @param gone Aborted at the end, whatever it is.
     */
    take(caller: string, body: unknown, gone: AbortController): void {
      const { id, method, params } = Message.safeParse(body).data ?? {};
      if (method === 'notifications/cancelled' && params?.requestId !== undefined) {
        waiting.get(keyOf(caller, params.requestId))?.abort();
      }
      if (id === undefined) return;
      const key = keyOf(caller, id);
      waiting.set(key, gone);
      gone.signal.addEventListener('abort', () => {
        if (waiting.get(key) === gone) waiting.delete(key);
      });
    },
  };
}

function keyOf(caller: string, id: string | number): string {
  return JSON.stringify([caller, id]);
}
