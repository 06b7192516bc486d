import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GitSource } from '../../../src/entities/git-source.ts';
import { createGit } from '../../../src/git/git-cli.ts';
import { gitSourceIdentity } from '../../../src/usecases/applications/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let folder: string;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'shipmate-access-'));
  deps = fakeDeps(test.database, { git: createGit({ dataDir: join(folder, 'data') }) });
  ada = await makePerson(deps, 'super_admin');
  await ada.type('project create shop');
  await ada.type('app create shop/api --repo https://github.com/acme/api.git');
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

async function makeKey(name: string, passphrase: string): Promise<string> {
  const file = join(folder, name);
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file]);
  return readFile(file, 'utf8');
}

describe('a repository of this machine', () => {
  it.each([
    ['app create shop/own --repo /etc --provider github --repository acme/own'],
    ['app create shop/own --repo file:///etc --provider github --repository acme/own'],
    ['app connect shop/api --repo /etc --provider github --repository acme/own'],
  ])('is refused to the highest rank too: %s', async (line) => {
    const { text, tone } = await ada.type(line);
    expect(tone).toBe('danger');
    expect(text).toContain('Shipmate does not clone repositories from its own machine.');
  });
});

describe('an ssh key', () => {
  const line = 'app connect shop/api --repo git@github.com:acme/api.git --ssh-key';

  it('is stored with the line breaks that ssh reads', async () => {
    const key = await makeKey('good', '');
    expect((await ada.type(line, { sshKey: key.replaceAll('\n', '\r\n').trim() })).tone).not.toBe('danger');
    const source = await test.database.asSystem().findOneOrFail(GitSource, { repository: 'acme/api' });
    const stored = deps.cipher.decrypt(source.webhookConfig.ssh_key ?? '', gitSourceIdentity(source, 'ssh_key'));
    expect(stored.replaceAll('\n', '')).toBe(key.replaceAll('\n', ''));
    expect(stored).not.toContain('\r');
  });

  it('is refused at once when ssh could not use it, with the reason and without the key', async () => {
    const locked = await makeKey('locked', 'nobody types this');
    const publicKey = await readFile(join(folder, 'good.pub'), 'utf8');
    for (const [sshKey, reason] of [
      [locked, 'has a passphrase'],
      [publicKey, 'That is the public key'],
      ['ghp_0123456789', 'is not a complete private key'],
    ] as const) {
      const { text, tone } = await ada.type(line, { sshKey });
      expect({ text, tone }).toEqual({ text: expect.stringContaining(reason), tone: 'danger' });
      expect(text).not.toContain(sshKey.slice(40, 60) || sshKey);
    }
  });
});

describe('an access token', () => {
  it('is refused when it is not one word', async () => {
    const line = 'app connect shop/api --repo https://github.com/acme/api.git --token';
    const { text } = await ada.type(line, { token: 'ghp_first\nusername=somebody' });
    expect(text).toContain('That is not an access token');
    expect(text).not.toContain('ghp_first');
  });
});
