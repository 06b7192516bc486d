import { createHash } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';

const folder = new URL('../../../src/swarm/probe/', import.meta.url);
const own = fileURLToPath(new URL(`probe-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`, folder));
/** `scripts/probe-arm64.sh` sets what runs instead: an emulator, and its arguments. */
const [program = own, ...before] = process.env['SHIPMATE_TEST_PROBE']?.split(' ') ?? [];
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(host: string, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function probe(...args: (string | number)[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(program, [...before, ...args.map(String)], (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, said: stdout.trim() });
    });
  });
}

it('is what its source and the script make', async () => {
  const sums = (await readFile(new URL('SHA256SUMS', folder), 'utf8')).trim().split('\n');
  const files = sums.map((line) => line.split(/\s+/));
  expect(files.map(([, name]) => name)).toEqual(['probe.c', 'probe-amd64', 'probe-arm64']);
  for (const [sum, name = ''] of files) {
    const content = await readFile(new URL(name, folder));
    expect([name, createHash('sha256').update(content).digest('hex')]).toEqual([name, sum]);
  }
});

it.each([
  [200, 0, 'answered 200'],
  [302, 0, 'answered 302'],
  [404, 1, 'answered 404: {"database":"down"}'],
  [503, 1, 'answered 503: {"database":"down"}'],
])('a path that answers %s ends with %s', async (status, code, said) => {
  const asked: string[] = [];
  const port = await serve('0.0.0.0', ({ headers, method, url }, response) => {
    asked.push(`${method} ${url} ${headers.host}`);
    response.writeHead(status).end('{"database":"down"}\nand more');
  });
  expect(await probe('http', port, '/healthz?a=1', 60_000)).toEqual({
    code,
    said: `GET /healthz?a=1 on port ${port} ${said}${code === 1 ? ' and more' : ''}`,
  });
  expect(asked).toEqual([`GET /healthz?a=1 127.0.0.1:${port}`]);
});

it('an application that listens on IPv6 and IPv4 is asked, one that hangs is given up', async () => {
  const port = await serve('::', (_request, response) => void response.end());
  expect((await probe('http', port, '/', 60_000)).code).toBe(0);
  const silent = await serve('0.0.0.0', () => undefined);
  expect(await probe('http', silent, '/', 200)).toEqual({
    code: 1,
    said: `GET / on port ${silent} did not answer within 200 ms`,
  });
});

it('an application on the loopback address only is told what to do, although it answers there', async () => {
  const port = await serve('127.0.0.1', (_request, response) => void response.end());
  expect(await probe('http', port, '/', 60_000)).toEqual({
    code: 1,
    said: `port ${port} listens on 127.0.0.1 only: bind 0.0.0.0`,
  });
  const six = await serve('::1', (_request, response) => void response.end());
  expect((await probe('http', six, '/', 60_000)).said).toBe(`port ${six} listens on [::1] only: bind 0.0.0.0`);
});

it('where nothing listens the ports are named that do, and each address is told for itself', async () => {
  const port = await serve('0.0.0.0', (_request, response) => void response.end());
  const { code, said } = await probe('http', 1, '/', 100);
  expect(code).toBe(1);
  expect(said).toMatch(/^nothing listens on port 1; the container listens on [\d, ]+$/);
  expect(said.split(/ on |, /)).toContain(String(port));
  expect(await probe('reach', 100, `127.0.0.1:${port}`, '127.0.0.1:1')).toEqual({
    code: 1,
    said: `127.0.0.1:${port} open\n127.0.0.1:1 closed`,
  });
  expect((await probe('sockets')).said.split('\n')).toContain(`0.0.0.0:${port}`);
});

/** Listens, but takes no connection once two are waiting. */
const stuck = `
  const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    console.log(server.address().port);
    process.kill(process.pid, 'SIGSTOP');
  });
`;

it('addresses that never answer do not keep it longer than its time, and those without a turn are told apart', async () => {
  const listener = spawn(process.execPath, ['-e', stuck], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(listener.stdout, 'data')) as [Buffer];
    const address = `127.0.0.1:${String(port).trim()}`;
    const { code, said } = await probe('reach', 100, ...Array.from({ length: 200 }, () => address));
    const states = said.split('\n').map((line) => line.split(' ')[1]);
    expect(code).toBe(1);
    expect(new Set(states.slice(0, 64))).toEqual(new Set(['open', 'closed']));
    expect(states.slice(64)).toEqual(Array.from({ length: 136 }, () => 'untried'));
  } finally {
    listener.kill('SIGKILL');
  }
});
