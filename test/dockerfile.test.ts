import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../scripts/support/free-port.ts';

const execute = promisify(execFile);

/** Runs the health check of Shipmate's own image as the Engine does. */
async function healthy(port: number): Promise<boolean> {
  const [, command = ''] = /^HEALTHCHECK[^\n]*\\\n\s*CMD (\[.*\])$/m.exec(await readFile('Dockerfile', 'utf8')) ?? [];
  const [program = '', ...args] = JSON.parse(command) as string[];
  const env = { PATH: process.env['PATH'], SHIPMATE_PORT: String(port) };
  return execute(program, args, { env }).then(
    () => true,
    () => false,
  );
}

describe('the health check of the image', () => {
  it.each([
    [200, true],
    [503, false],
  ])('takes a %i of /healthz for %s, without Node', async (status, expected) => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/healthz' ? status : 404;
      response.end('{"status":"ok"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await healthy((server.address() as AddressInfo).port)).toBe(expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('fails where nothing listens', async () => {
    expect(await healthy(await freePort())).toBe(false);
  });
});
