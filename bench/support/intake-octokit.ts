// A server of GitHub's own library, which verifies and parses deliveries and keeps nothing.
import { createServer } from 'node:http';
import { join } from 'node:path';

const { PEERS = '', PORT, SECRET = '' } = process.env;
const library = (await import(join(PEERS, 'octokit-webhooks.mjs'))) as {
  Webhooks: new (options: { secret: string }) => { on(event: string, handler: () => void): void };
  createNodeMiddleware(
    webhooks: object,
    options: { path: string },
  ): (request: unknown, response: unknown) => Promise<boolean>;
};
const webhooks = new library.Webhooks({ secret: SECRET });
webhooks.on('push', () => undefined);
const handle = library.createNodeMiddleware(webhooks, { path: '/webhooks/github' });
createServer((request, response) => void handle(request, response)).listen(Number(PORT), '127.0.0.1', () =>
  process.send?.('ready'),
);
