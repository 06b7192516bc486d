import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { opening } from '../../../src/database-engines/tls-opening.ts';
import type { IngressCertificate } from '../../../src/ingress/ingress.ts';
import { conversation, openGateway } from '../../support/gateway.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { until } from '../../support/until.ts';

let first: IngressCertificate;
let second: IngressCertificate;
let echo: Server;
let target: { host: string; port: number };
const served = new Set<Socket>();

beforeAll(async () => {
  [first, second] = [await selfSigned('db.test'), await selfSigned('db.test')];
  echo = createServer((socket) => {
    served.add(socket.on('error', () => undefined).on('close', () => served.delete(socket)));
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  target = { host: '127.0.0.1', port: (echo.address() as { port: number }).port };
});

afterAll(async () => {
  echo.close();
  await once(echo, 'close');
});

async function session(port: number, { certificate }: IngressCertificate): Promise<TLSSocket> {
  const socket = connectSecurely({ port, servername: 'db.test', ca: certificate });
  await once(socket, 'secureConnect');
  // A gateway that closes ends it, too.
  return socket.on('error', () => undefined);
}

async function answer(socket: TLSSocket, text: string): Promise<string> {
  socket.write(text);
  return String(((await once(socket, 'data')) as [Buffer])[0]);
}

function closed(socket: Socket): Promise<unknown> {
  socket.on('error', () => undefined).resume();
  return new Promise((resolve) => socket.once('close', resolve));
}

describe('a gateway', () => {
  it('shows a renewed certificate to new sessions; those that are open go on', async () => {
    await using open = await openGateway(first, { opening, target });
    const before = await session(open.port, first);
    expect(await answer(before, 'one')).toBe('one');
    open.hand(second);
    const after = await session(open.port, second);
    expect(await answer(after, 'two')).toBe('two');
    expect(await answer(before, 'still')).toBe('still');
    await expect(session(open.port, first)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    for (const one of [before, after]) one.end();
  });

  it('keeps what it has when it is handed a key of another certificate', async () => {
    await using open = await openGateway(first, { opening, target });
    expect(() => open.hand({ ...first, privateKey: second.privateKey })).toThrow('key values mismatch');
    const socket = await session(open.port, first);
    expect(await answer(socket, 'on')).toBe('on');
    socket.end();
  });

  it('closes connections from other addresses without a word, and sessions once theirs is one', async () => {
    await using open = await openGateway(first, { opening, target });
    const socket = await session(open.port, first);
    expect(await answer(socket, 'in')).toBe('in');
    open.hand(first, ['192.0.2.0/24', '2001:db8::/32']);
    await closed(socket);
    expect(await conversation(open.port)).toEqual(Buffer.alloc(0));
    expect(open.gateway.state()).toMatchObject({ refused: 1, lastRefused: '127.0.0.1', hidden: 0, sessions: 0 });
  });

  it('lets nobody in at an address that hides who it is, whatever the list says', async () => {
    await using open = await openGateway(first, { opening, target, hidden: ['127.0.0.1'] });
    expect(await conversation(open.port)).toEqual(Buffer.alloc(0));
    expect(open.gateway.state()).toEqual({ allow: ['127.0.0.0/8'], refused: 0, hidden: 1, sessions: 0 });
  });

  it('lets nobody in before it was handed a list', async () => {
    await using open = await openGateway(first, { opening, target });
    open.hand(first, []);
    expect(await conversation(open.port)).toEqual(Buffer.alloc(0));
  });

  it('takes so many sessions and no more, and others once one has ended', async () => {
    await using open = await openGateway(first, { opening, target, mostSessions: 1 });
    const one = await session(open.port, first);
    expect(await answer(one, 'one')).toBe('one');
    expect(await conversation(open.port)).toEqual(Buffer.alloc(0));
    expect(open.gateway.state().lastFailure).toBe('1 sessions are open, and no more can be');
    one.end();
    await until('the end of the session', () => open.gateway.state().sessions === 0);
    const other = await session(open.port, first);
    expect(await answer(other, 'other')).toBe('other');
    other.end();
  });

  it('waits only so long for a session to be opened', async () => {
    await using open = await openGateway(first, { opening, target, openingMs: 50 });
    const socket = connect(open.port, '127.0.0.1');
    await closed(socket);
    await until('the end', () => open.gateway.state().sessions === 0);
  });

  it('takes a first message in pieces of a byte', async () => {
    await using open = await openGateway(first, { opening, target });
    const socket = connect(open.port, '127.0.0.1');
    const pieces = connectSecurely({ socket: slowly(socket), servername: 'db.test', ca: first.certificate });
    await once(pieces, 'secureConnect');
    expect(await answer(pieces, 'whole')).toBe('whole');
    pieces.destroy();
    socket.destroy();
  });

  it('ends the server’s side with the client’s, and the other way round', async () => {
    await using open = await openGateway(first, { opening, target });
    const leaving = await session(open.port, first);
    expect(await answer(leaving, 'bye')).toBe('bye');
    leaving.destroy();
    await until('the end of the server’s side', () => served.size === 0);
    const left = await session(open.port, first);
    expect(await answer(left, 'hello')).toBe('hello');
    for (const one of served) one.destroy();
    await closed(left);
  });

  it('says why no TLS was agreed on', async () => {
    await using open = await openGateway(first, { opening, target });
    await conversation(open.port, Buffer.from('PING\r\n'.repeat(10)));
    expect(open.gateway.state().lastFailure).toMatch(/^no TLS was agreed on \(.+\)$/);
  });

  it('closes when the database is away, and says why', async () => {
    const dial = async () => Promise.reject(new Error('the database has no task'));
    await using open = await openGateway(first, { opening, target, dial });
    await closed(await session(open.port, first));
    expect(open.gateway.state().lastFailure).toBe('the database has no task');
  });
});

/** The same stream, written byte by byte. */
function slowly(socket: Socket): Socket {
  const write = socket.write.bind(socket);
  socket.setNoDelay(true);
  socket.cork = () => undefined;
  Object.assign(socket, {
    write: (chunk: Buffer, ...rest: never[]) => {
      for (const byte of chunk.subarray(0, -1)) write(Buffer.from([byte]));
      return write(chunk.subarray(-1), ...rest);
    },
  });
  return socket;
}
