import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { opening } from '../../../src/database-engines/postgresql/opening.ts';
import type { IngressCertificate } from '../../../src/ingress/ingress.ts';
import { createEmptyDatabase, type EmptyDatabase, openConnection } from '../../support/database.ts';
import { conversation, openGateway, type OpenGateway } from '../../support/gateway.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { until } from '../../support/until.ts';

const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const gssRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 48]);
const refusal =
  'E\0\0\0hSFATAL\0VFATAL\0C28000\0Mthis address takes encrypted sessions only: connect with sslmode=verify-full\0\0';

let certificate: IngressCertificate;
let empty: EmptyDatabase;
let open: OpenGateway;
let url: URL;

beforeAll(async () => {
  certificate = await selfSigned('localhost');
  empty = await createEmptyDatabase();
  url = new URL(empty.url);
  const target = { host: url.hostname, port: Number(url.port) };
  open = await openGateway(certificate, { opening, target });
});

afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await empty.close();
});

/** The server behind it, from outside. */
function outside(parameters: string): string {
  const to = new URL(url);
  to.host = `localhost:${open.port}`;
  return `${to.href}&${parameters}`;
}

async function listening(server: Server): Promise<AsyncDisposable> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { [Symbol.asyncDispose]: async () => new Promise((resolve) => server.close(() => resolve())) };
}

describe('a session of PostgreSQL from outside', () => {
  it.each(['sslmode=no-verify', 'sslmode=no-verify&sslnegotiation=direct'])('is opened by %s', async (parameters) => {
    const client = await openConnection(outside(parameters));
    const { rows } = await client.query<{ database: string }>('select current_database() as database');
    expect(rows).toEqual([{ database: url.pathname.slice(1) }]);
    await client.end();
  });

  it('is not opened with a certificate that the client does not trust', async () => {
    await expect(openConnection(outside('sslmode=verify-full'))).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('is not opened without TLS', async () => {
    const startup = Buffer.from('\0\0\0\x10\0\x03\0\0user\0a\0\0', 'latin1');
    startup.writeInt32BE(startup.length);
    expect(String(await conversation(open.port, startup))).toBe(refusal);
    expect(open.gateway.state().lastFailure).toBe('it asked for a session without TLS');
  });

  it('is opened by a client that would like GSSAPI first, and sends byte by byte', async () => {
    const socket = connect(open.port, '127.0.0.1');
    const answer = async () => String(((await once(socket, 'data')) as [Buffer])[0]);
    for (const byte of gssRequest) socket.write(Buffer.from([byte]));
    expect(await answer()).toBe('N');
    for (const byte of tlsRequest) socket.write(Buffer.from([byte]));
    expect(await answer()).toBe('S');
    // As libpq of 17 and later offers it in either way.
    const secured = connectSecurely({ socket, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] });
    await once(secured, 'secureConnect');
    expect(secured.alpnProtocol).toBe('postgresql');
    secured.destroy();
  });

  it('takes nothing for encrypted that came before', async () => {
    const injected = Buffer.from('\0\0\0\x09\0\x03\0\0\0', 'latin1');
    const received = await conversation(open.port, Buffer.concat([tlsRequest, injected]));
    // At most a TLS alert, and no word of the server.
    expect(received[0]).toBe('S'.charCodeAt(0));
    expect([undefined, 0x15]).toContain(received[1]);
    expect(open.gateway.state().lastFailure).toMatch(/^no TLS was agreed on/);
  });

  it.each([
    ['a browser', { ALPNProtocols: ['h2', 'http/1.1'] }],
    ['one that names nothing', {}],
  ])('is not opened at once by %s', async (_who, offer) => {
    const before = open.gateway.state().sessions;
    const secured = connectSecurely({ port: open.port, rejectUnauthorized: false, ...offer });
    secured.on('error', () => undefined).resume();
    await new Promise((resolve) => secured.once('close', resolve));
    await until('the end', () => open.gateway.state().sessions === before);
    expect(open.gateway.state().lastFailure).toMatch(/^no TLS was agreed on|^it began TLS without naming PostgreSQL$/);
  });

  it.each([
    ['a key of 4 bytes', 4],
    ['the longer key of protocol 3.2', 32],
    ['the longest key', 256],
  ])('passes on a request to cancel with %s of a client that does not wait', async (_which, bytes) => {
    const request = Buffer.alloc(12 + bytes, 7);
    for (const [at, word] of [request.length, 80877102, 4711].entries()) request.writeInt32BE(word, at * 4);
    const heard = Promise.withResolvers<Buffer>();
    const server = createServer((socket) => void buffer(socket).then(heard.resolve, heard.reject));
    await using _server = await listening(server);
    const gone = Promise.withResolvers<void>();
    const dial = async () => {
      await gone.promise;
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
    await using slow = await openGateway(certificate, { opening, target: { host: '', port: 0 }, dial });
    const client = connect(slow.port, '127.0.0.1');
    client.end(request);
    await once(client.resume(), 'close');
    gone.resolve();
    expect(await heard.promise).toEqual(request);
    await until('the end', () => slow.gateway.state().sessions === 0);
    expect(slow.gateway.state().lastFailure).toBeUndefined();
  });

  it.each([11, 269])('passes on no request to cancel of %i bytes', async (length) => {
    const request = Buffer.alloc(16);
    for (const [at, word] of [length, 80877102].entries()) request.writeInt32BE(word, at * 4);
    expect(String(await conversation(open.port, request))).toBe(refusal);
  });

  it.each(['sslmode=no-verify', 'sslmode=no-verify&sslnegotiation=direct'])(
    'is told by %s that the database is away, as a server that starts does',
    async (parameters) => {
      const dial = async () => Promise.reject(new Error('the database has no task that is healthy'));
      await using away = await openGateway(certificate, { opening, target: { host: '', port: 0 }, dial });
      const to = new URL(outside(parameters));
      to.port = String(away.port);
      await expect(openConnection(to.href)).rejects.toMatchObject({
        code: '57P03',
        message: 'the database does not answer: it is stopped, or still starting',
      });
      expect(away.gateway.state().lastFailure).toBe('the database has no task that is healthy');
    },
  );

  it('passes on a request to cancel, which older clients do not encrypt', async () => {
    const client = await openConnection(outside('sslmode=no-verify'));
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const asked = client.query('select pg_sleep(600)').catch((error: unknown) => error);
    await until('the statement', async () => {
      const other = await openConnection(empty.url);
      const { rows } = await other.query(`select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`, [
        processID,
      ]);
      await other.end();
      return rows.length === 1;
    });
    const request = Buffer.alloc(16);
    for (const [at, word] of [16, 80877102, processID, secretKey].entries()) request.writeInt32BE(word, at * 4);
    await conversation(open.port, request);
    expect(await asked).toMatchObject({ code: '57014' });
    await client.end();
  });
});
