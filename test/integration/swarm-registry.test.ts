import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Credentials } from '../../src/swarm/images/credentials.ts';
import { docker, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';
import { startTokenRegistry, type TokenRegistry } from '../support/token-registry.ts';

const never = new AbortController().signal;
const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
const other = own === 'arm64' ? 'amd64' : 'arm64';
let registry: TokenRegistry;
let tags: string[] = [];
beforeAll(async () => {
  registry = await startTokenRegistry({ 'team/own': own, 'team/other': other });
});
afterEach(async () => {
  registry.refusal = undefined;
  for (const tag of tags)
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  tags = [];
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
});

const logged = (password = registry.login.password) => {
  const credentials: Credentials = async (image) =>
    image.startsWith(registry.host)
      ? { username: registry.login.username, password, serveraddress: registry.host }
      : undefined;
  return swarmWith({ credentials });
};

function named(name: string): string {
  const tag = `${registry.host}/team/${name}`;
  tags.push(tag);
  return tag;
}

const pull = (name: string, swarm = logged()) => swarm.pull(named(name), () => {}, never);

describe('a registry that wants a bearer token', () => {
  it('gives an image for the login, which is nowhere in what is shown', async () => {
    const lines: string[] = [];
    const pulled = await logged().pull(named('own:1'), (line) => void lines.push(line), never);
    expect(pulled).toMatch(/^127\.0\.0\.1:\d+\/team\/own:1@sha256:[\da-f]{64}$/);
    expect(lines.join('\n')).not.toContain(registry.login.password);
  });

  it.each([
    ['no', () => swarmWith()],
    ['a wrong', () => logged('wrong-password-1')],
  ])('refuses %s login with what to do', async (_, swarm) => {
    const work = pull('own:1', swarm());
    await expect(work).rejects.toThrow(
      /cannot be pulled: its registry wants a login, or has no such image\. .*`docker login`/,
    );
    await expect(work).rejects.not.toThrow(/wrong-password/);
  });

  it('says that there is no such image', async () => {
    await expect(pull('own:2')).rejects.toThrow(
      /cannot be pulled: there is no such image\. Check its name and its tag\./,
    );
  });

  it('says that it allows no more pulls', async () => {
    registry.refusal = { status: 429, code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' };
    await expect(pull('own:1')).rejects.toThrow(
      /cannot be pulled: its registry allows no more pulls for now\. Wait, or log in/,
    );
  });

  it('gives an image that no node can run, which is refused', async () => {
    await expect(pull('other:1')).rejects.toThrow(
      `The image \`${registry.host}/team/other:1\` is for \`linux/${other}\`, and the nodes are \`linux/${own}\`. ` +
        'Choose an image for their platform.',
    );
  });

  it('gives a base image to a build', async () => {
    await using context = await folder({ Dockerfile: `FROM ${registry.host}/team/own:1\nCOPY x /\n`, x: '1' });
    const lines: string[] = [];
    const asked = requestOf(context.path);
    tags.push(asked.tag);
    await logged().build(asked, { ...quiet, onLine: (line) => void lines.push(line) }, never);
    expect(lines.join('\n')).not.toContain(registry.login.password);
  });

  it.each([
    [undefined, 'wrong-password-1', /cannot be pulled: its registry wants a login, or has no such image\./],
    [
      { status: 429, code: 'TOOMANYREQUESTS', message: 'rate limit' },
      undefined,
      /its registry allows no more pulls for now\./,
    ],
    [{ status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }, undefined, /there is no such image\./],
  ])('tells a build apart why it gives no base image: %j', async (refusal, password, sentence) => {
    registry.refusal = refusal;
    await using context = await folder({ Dockerfile: `FROM ${registry.host}/team/own:1\nCOPY x /\nRUN x\n`, x: '2' });
    await expect(logged(password).build(requestOf(context.path), quiet, never)).rejects.toThrow(sentence);
  });
});
