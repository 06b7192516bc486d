import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGit } from '../../src/git/git-cli.ts';
import { readPrivateKey } from '../../src/git/private-key.ts';
import { processesOf, whoShows } from '../support/running-processes.ts';
import { makeRepository, type Repository } from './repository.ts';
import { type GitServer, serveSsh } from './servers.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
async function makeKey(...options: string[]): Promise<{ key: string; publicKey: string }> {
  const file = join(folder, `key-${made++}`);
  const passphrase = options.includes('-N') ? [] : ['-N', ''];
  await run('ssh-keygen', ['-q', '-f', file, ...passphrase, ...options]);
  return { key: await readFile(file, 'utf8'), publicKey: await readFile(`${file}.pub`, 'utf8') };
}

const kinds: [string, string[]][] = [
  ['Ed25519', ['-t', 'ed25519']],
  ['ECDSA', ['-t', 'ecdsa']],
  ['RSA', ['-t', 'rsa', '-b', '2048']],
  ['RSA in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ['RSA in PKCS #8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
  ['ECDSA in PEM', ['-t', 'ecdsa', '-m', 'PEM']],
];

describe('a private key', () => {
  it.each(kinds)('of the kind %s is taken, whatever became of its line breaks', async (_, options) => {
    const { key, publicKey } = await makeKey(...options);
    const ways = [key, key.replaceAll('\n', '\r\n'), key.trimEnd(), `\n  ${key}\n\n`, key.trim().replaceAll('\n', ' ')];
    const [read, ...others] = ways.map(readPrivateKey);
    expect(new Set(others)).toEqual(new Set([read]));
    const file = join(folder, `read-${made++}`);
    await writeFile(file, read ?? '', { mode: 0o600 });
    const { stdout } = await run('ssh-keygen', ['-y', '-f', file]);
    expect(stdout.trim().split(' ').slice(0, 2)).toEqual(publicKey.trim().split(' ').slice(0, 2));
  });

  it.each(kinds)('of the kind %s with a passphrase is refused', async (_, options) => {
    const { key } = await makeKey(...options, '-N', 'nobody types this');
    expect(() => readPrivateKey(key)).toThrow(/^The key has a passphrase, which nobody can enter\./);
  });

  it.each(kinds)('is refused when it is the public one: %s', async (_, options) => {
    const { publicKey } = await makeKey(...options);
    expect(() => readPrivateKey(publicKey)).toThrow(/^That is the public key/);
  });

  it('is refused when it is a public one in PEM', async () => {
    const { publicKey } = await makeKey('-t', 'rsa', '-b', '2048');
    const file = join(folder, 'public-to-export');
    await writeFile(file, publicKey);
    for (const format of ['RFC4716', 'PKCS8', 'PEM']) {
      const { stdout } = await run('ssh-keygen', ['-e', '-m', format, '-f', file]);
      expect(() => readPrivateKey(stdout)).toThrow(/^That is the public key/);
    }
  });

  it('is refused when part of it is missing', async () => {
    const { key } = await makeKey('-t', 'ed25519');
    const lines = key.trim().split('\n');
    const without = (at: number) => lines.filter((_, index) => index !== at).join('\n');
    expect(() => readPrivateKey(without(2))).toThrow(/^The private key is damaged/);
    expect(() => readPrivateKey(without(0))).toThrow(/^That is not a complete private key/);
    expect(() => readPrivateKey(without(lines.length - 1))).toThrow(/^That is not a complete private key/);
  });

  it.each([
    ['a token', 'ghp_0123456789', /^That is not a complete private key/],
    ['a path', '~/.ssh/id_ed25519', /^That is not a complete private key/],
    ['a key of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none', /^That is a PuTTY key/],
    ['something long', '-----BEGIN PRIVATE KEY-----'.repeat(1_000), /^That is too long/],
    [
      'nothing between the lines',
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      /^That is not a complete private key/,
    ],
    ['another thing in PEM', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', /is damaged/],
  ])('is refused when it is %s', (_, text, sentence) => {
    expect(() => readPrivateKey(text)).toThrow(expect.objectContaining({ name: 'UsageError' }));
    expect(() => readPrivateKey(text)).toThrow(sentence);
  });
});

describe('over ssh', () => {
  let repository: Repository & AsyncDisposable;
  let server: GitServer;
  let privateKey: string;
  /** Who shows a line of the key while the server is asked, and whether ssh runs then. */
  const shown: Awaited<ReturnType<typeof whoShows>>[] = [];
  const connected: boolean[] = [];
  let commit: string;
  beforeAll(async () => {
    repository = await makeRepository();
    commit = await repository.commit('First', { 'a.txt': '1' });
    const [host, client] = await Promise.all([makeKey('-t', 'ed25519'), makeKey('-t', 'ed25519')]);
    privateKey = readPrivateKey(client.key.replaceAll('\n', '\r\n'));
    const [, line = ''] = privateKey.split('\n');
    server = await serveSsh(repository.folder, { host: host.key, client: client.publicKey }, async () => {
      shown.push(await whoShows(line));
      connected.push((await processesOf('ssh')).length > 0);
    });
  });
  afterAll(async () => {
    await server.close();
    await repository[Symbol.asyncDispose]();
  });
  const soon = () => AbortSignal.timeout(300_000);
  const driver = () => createGit({ dataDir: join(repository.folder, 'data') });

  it('a key that came with CRLF opens the repository, and lies nowhere afterwards', async () => {
    const remote = { url: server.url('origin'), credentials: { kind: 'ssh', privateKey } as const };
    expect(await driver().resolve(remote, 'main', soon())).toEqual({ commit, kind: 'branch' });
    expect(await driver().changedPaths(remote, commit, commit, soon())).toEqual([]);
    const directory = join(repository.folder, 'over-ssh');
    expect(await driver().checkout({ remote, commit, directory, signal: soon() })).toMatchObject({ title: 'First' });
    expect((await readdir(join(repository.folder, 'data', 'git'))).filter((name) => name.startsWith('key-'))).toEqual(
      [],
    );
    expect(new Set(connected)).toEqual(new Set([true]));
    for (const one of shown) expect(one).toEqual({ arguments: [], variables: [] });
  });

  it.each([
    ['another key', async () => ({ kind: 'ssh', privateKey: (await makeKey('-t', 'ed25519')).key }) as const],
    ['no key', async () => undefined],
  ])('%s is refused, and the keys of whoever runs Shipmate are not tried', async (_, given) => {
    const credentials = await given();
    const remote = { url: server.url('origin'), ...(credentials && { credentials }) };
    await expect(driver().resolve(remote, 'main', soon())).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('refused the credentials'),
    });
  });
});
