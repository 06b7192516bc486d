import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js';
import { readSchema } from '../../../src/swarm/buildkit/codec.ts';
import { type Packet, packet, packetTypes } from '../../../src/swarm/buildkit/files-protocol.ts';
import { type BuildServices, sessionMethods } from '../../../src/swarm/buildkit/services.ts';
import { serveGrpc } from '../../../src/swarm/buildkit/grpc-server.ts';
import { folder } from '../../support/swarm-fixture.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** BuildKit's end of a session. */
async function connect(services: Partial<BuildServices>): Promise<Client> {
  const files = { folders: {}, onError: () => {} };
  const methods = sessionMethods({ secrets: {}, login: () => undefined, files, ...services });
  const server = createServer((socket) => closing.push(serveGrpc(socket, methods)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new Client(`127.0.0.1:${(server.address() as AddressInfo).port}`, credentials.createInsecure());
  closing.push(() => {
    client.close();
    server.close();
  });
  return client;
}

const texts = readSchema({
  nested: {
    One: { fields: { text: { type: 'string', id: 1 } } },
    Two: { fields: { first: { type: 'string', id: 1 }, second: { type: 'string', id: 2 } } },
    Number: { fields: { value: { type: 'int32', id: 1 } } },
  },
});

async function ask<T>(client: Client, path: string, text: string, answer: string): Promise<T> {
  const { promise, reject, resolve } = Promise.withResolvers<T>();
  const request = texts<{ text: string }>('One');
  client.makeUnaryRequest(path, request.encode, texts<T>(answer).decode, { text }, (error, value) =>
    error ? reject(error) : resolve(value as T),
  );
  return promise;
}

describe('a session', () => {
  it('has secrets by their names, and no others', async () => {
    const client = await connect({ secrets: { TOKEN: 'hush' } });
    const path = '/moby.buildkit.secrets.v1.Secrets/GetSecret';
    expect(await ask(client, path, 'TOKEN', 'One')).toMatchObject({ text: 'hush' });
    await expect(ask(client, path, 'toString', 'One')).rejects.toThrow('5 NOT_FOUND: not found');
  });

  it('has logins by registry, and empty ones for the others', async () => {
    const login = { username: 'ada', password: 'hush' };
    const client = await connect({ login: (host) => (host === 'registry.example.com' ? login : undefined) });
    const path = '/moby.filesync.v1.Auth/Credentials';
    expect(await ask(client, path, 'registry.example.com', 'Two')).toMatchObject({ first: 'ada', second: 'hush' });
    expect(await ask(client, path, 'other', 'Two')).toMatchObject({ first: '', second: '' });
  });

  it('says that it is alive', async () => {
    expect(await ask(await connect({}), '/grpc.health.v1.Health/Check', '', 'Number')).toMatchObject({ value: 1 });
  });
});

describe('a folder that is sent', () => {
  async function open(root: string, paths: string[], onError: (error: unknown) => void = () => {}) {
    const client = await connect({ files: { folders: { context: { root, paths } }, onError } });
    const metadata = new Metadata();
    metadata.set('dir-name', 'context');
    const call = client.makeBidiStreamRequest(
      '/moby.filesync.v1.FileSync/DiffCopy',
      packet.encode,
      packet.decode,
      metadata,
    );
    return { call, packets: reader(call) };
  }

  function reader(call: ClientDuplexStream<Packet, Packet>) {
    const packets = (call as AsyncIterable<Packet>)[Symbol.asyncIterator]();
    return async () => (await packets.next()).value as Packet;
  }

  it('tells of every entry, then sends what is asked for', async () => {
    await using root = await folder({ 'a/big': 'x'.repeat(1_000_000), 'a/empty': '' });
    await root.link('link', '/etc/passwd');
    const { call, packets } = await open(root.path, ['a', 'a/big', 'a/empty', 'link']);
    const stats = [await packets(), await packets(), await packets(), await packets()].map(({ stat }) => stat);
    expect(
      stats.map((stat) => [stat?.path, (stat?.mode ?? 0).toString(8), Number(stat?.size), stat?.linkname]),
    ).toEqual([
      ['a', '20000000755', 0, ''],
      ['a/big', '644', 1_000_000, ''],
      ['a/empty', '644', 0, ''],
      ['link', '1000000777', 0, '/etc/passwd'],
    ]);
    expect((await packets()).stat).toBeNull();
    call.write({ type: packetTypes.request, ID: 1 });
    let bytes = 0;
    for (let part = await packets(); (part.data?.length ?? 0) > 0; part = await packets())
      bytes += part.data?.length ?? 0;
    expect(bytes).toBe(1_000_000);
    call.write({ type: packetTypes.end });
    expect((await packets()).type).toBe(packetTypes.end);
    call.end();
  });

  it.each([
    ['is gone', (file: string) => rm(file)],
    ['became shorter', (file: string) => truncate(file)],
    ['became a link', (file: string) => rm(file).then(() => symlink('/etc/passwd', file))],
  ])('ends the build when a file of it %s', async (_, change) => {
    await using root = await folder({ file: 'content' });
    const errors: unknown[] = [];
    const { call, packets } = await open(root.path, ['file'], (error) => errors.push(error));
    expect((await packets()).stat?.path).toBe('file');
    await packets();
    await change(join(root.path, 'file'));
    call.write({ type: packetTypes.request, ID: 0 });
    const words = '`file` changed while the build context was sent. Deploy again.';
    await expect(packets()).rejects.toThrow(words);
    expect(errors.map(String)).toEqual([`UserError: ${words}`]);
  });
});
