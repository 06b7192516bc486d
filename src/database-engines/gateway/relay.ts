import type { Duplex } from 'node:stream';

/** How long one side may take to close once the other has, milliseconds. */
const lingerMs = 10_000;

/** Passes everything on both ways. What one side has sent before it closes still reaches the other. */
export function relay(client: Duplex, server: Duplex): void {
  client.pipe(server);
  server.pipe(client);
  closeTogether(client, server);
  closeTogether(server, client);
}

function closeTogether(from: Duplex, to: Duplex): void {
  from.once('close', () => {
    if (to.closed) return;
    if (!from.readableEnded) {
      to.destroy();
      return;
    }
    const late = setTimeout(() => to.destroy(), lingerMs);
    to.once('close', () => clearTimeout(late));
  });
}
