import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, connect as connectSecurely, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { opening } from '../../../src/database-engines/mysql/opening.ts';
import type { IngressCertificate } from '../../../src/ingress/ingress.ts';
import { openGateway, type OpenGateway } from '../../support/gateway.ts';
import { selfSigned } from '../../support/self-signed.ts';

const tls = 0x0800;

/** How the server behaves to the next connection. */
let serve: (socket: Socket) => void;
let server: Server;
let own: IngressCertificate;
let domain: IngressCertificate;
let open: OpenGateway;

beforeAll(async () => {
  [own, domain] = [await selfSigned('server.test'), await selfSigned('db.test')];
  server = createServer((socket) => serve(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  open = await openGateway(domain, { opening, target: { host: '127.0.0.1', port } });
});

afterAll(async () => {
  await open[Symbol.asyncDispose]();
  server.close();
  await once(server, 'close');
});

function packet(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, payload]);
}

/** A greeting of protocol 10 with these capabilities; what follows is not looked at. */
function greeting(capabilities: number): Buffer {
  const version = Buffer.from('\x0a8.4.0\0', 'latin1');
  const rest = Buffer.alloc(4 + 8 + 1 + 2 + 20);
  rest.writeUInt16LE(capabilities, 13);
  return packet(0, Buffer.concat([version, rest]));
}

/** A client's request for TLS. */
function request(capabilities = 0xffff): Buffer {
  const payload = Buffer.alloc(32);
  payload.writeUInt16LE(capabilities, 0);
  return packet(1, payload);
}

async function next(stream: Socket): Promise<Buffer> {
  return ((await once(stream, 'data')) as [Buffer])[0];
}

describe('a session of MySQL from outside', () => {
  it('is encrypted on both ways with a server that has TLS of its own, which is asked for it', async () => {
    const asked = Promise.withResolvers<Buffer>();
    serve = (socket) => {
      socket.write(greeting(0xffff));
      const begin = () => {
        const read = socket.read(36) as Buffer | null;
        if (!read) return;
        socket.off('readable', begin);
        asked.resolve(read);
        const secureContext = createSecureContext({ cert: own.certificate, key: own.privateKey });
        const secured = new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
        secured.on('data', (text) => secured.write(`server heard ${String(text)}`));
      };
      socket.on('readable', begin);
    };
    const socket = connect(open.port, '127.0.0.1');
    expect(await next(socket)).toEqual(greeting(0xffff));
    // As clients do, without waiting for an answer.
    socket.write(request());
    const client = connectSecurely({ socket, servername: 'db.test', ca: domain.certificate });
    await once(client, 'secureConnect');
    client.write('secret');
    expect(String(await next(client))).toBe('server heard secret');
    expect(await asked.promise).toEqual(request());
    client.on('error', () => undefined).destroy();
  });

  it('is offered TLS by a server without, whose packets are counted as if the client had not asked', async () => {
    const heard: Buffer[] = [];
    serve = (socket) => {
      socket.write(greeting(0xffff & ~tls));
      // The client's answer, another way to sign in, and success.
      const said = [packet(2, Buffer.from([0xfe, 1])), packet(4, Buffer.from([0x00, 2]))];
      socket.on('data', (data: Buffer) => {
        heard.push(data);
        socket.write(said.shift() ?? data);
      });
    };
    const socket = connect(open.port, '127.0.0.1');
    expect(await next(socket)).toEqual(greeting(0xffff));
    socket.write(request());
    const client = connectSecurely({ socket, servername: 'db.test', ca: domain.certificate });
    await once(client, 'secureConnect');
    const signsIn = Buffer.alloc(40, 7).fill(0xff, 0, 2);
    client.write(packet(2, signsIn));
    expect(await next(client)).toEqual(packet(3, Buffer.from([0xfe, 1])));
    client.write(packet(4, Buffer.from('proof')));
    expect(await next(client)).toEqual(packet(5, Buffer.from([0x00, 2])));
    client.write(packet(0, Buffer.from('query')));
    expect(await next(client)).toEqual(packet(0, Buffer.from('query')));
    expect(heard).toEqual([
      packet(1, Buffer.from(signsIn).fill(0xff & ~(tls >> 8), 1, 2)),
      packet(3, Buffer.from('proof')),
      packet(0, Buffer.from('query')),
    ]);
    client.on('error', () => undefined).destroy();
  });

  it('may be without a password, which is an empty packet', async () => {
    const heard: Buffer[] = [];
    serve = (socket) => {
      socket.write(greeting(0xffff & ~tls));
      const said = [packet(2, Buffer.from([0xfe, 1])), packet(4, Buffer.from('\xff\x15\x04Access denied', 'latin1'))];
      socket.on('data', (data: Buffer) => {
        heard.push(data);
        socket.write(said.shift() ?? data);
      });
    };
    const socket = connect(open.port, '127.0.0.1');
    await next(socket);
    socket.write(request());
    const client = connectSecurely({ socket, servername: 'db.test', ca: domain.certificate });
    await once(client, 'secureConnect');
    client.write(packet(2, request().subarray(4)));
    await next(client);
    client.write(packet(4, Buffer.alloc(0)));
    expect((await next(client)).toString('latin1')).toContain('Access denied');
    expect(heard[1]).toEqual(packet(3, Buffer.alloc(0)));
    client.on('error', () => undefined).destroy();
  });

  it('is told that the database is away', async () => {
    const dial = async () => Promise.reject(new Error('the database does not answer'));
    await using away = await openGateway(domain, { opening, target: { host: '', port: 0 }, dial });
    const said = await next(connect(away.port, '127.0.0.1'));
    expect(said.subarray(4).toString('latin1')).toBe(
      '\xff\x1d\x04The database does not answer: it is stopped, or still starting.',
    );
    expect(said.readUInt8(3)).toBe(0);
  });

  it('is told what a server says that takes no more', async () => {
    const full = packet(0, Buffer.from('\xff\x10\x04Too many connections', 'latin1'));
    serve = (socket) => socket.write(full);
    expect(await next(connect(open.port, '127.0.0.1'))).toEqual(full);
  });

  it.each([
    ['asks for none', request(0xffff & ~tls)],
    ['signs in at once', packet(1, Buffer.alloc(60, 0xff))],
  ])('is not opened without TLS by a client that %s', async (_what, sent) => {
    serve = (socket) => socket.write(greeting(0xffff));
    const socket = connect(open.port, '127.0.0.1');
    await next(socket);
    socket.write(sent);
    const refusal = await next(socket);
    expect(refusal.readUInt8(3)).toBe(2);
    expect(refusal.subarray(4).toString('latin1')).toBe(
      '\xff\x57\x0c#HY000This address takes encrypted sessions only: use TLS.',
    );
    expect(open.gateway.state().lastFailure).toBe('it asked for a session without TLS');
  });

  it('is not opened by one that sends a packet without end', async () => {
    serve = (socket) => socket.write(greeting(0xffff));
    const socket = connect(open.port, '127.0.0.1').on('error', () => undefined);
    await next(socket);
    socket.write(Buffer.from([0xff, 0xff, 0xff, 1]));
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect(open.gateway.state().lastFailure).toBe('it sent a packet of 16777215 bytes while signing in');
  });
});
