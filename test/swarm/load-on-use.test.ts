import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const connect = new URL('../../src/swarm/connect.ts', import.meta.url).href;

/** The libraries of gRPC and SSH that a process has loaded after `statements`, and what it has printed. */
async function loaded(statements: string): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    const { connectDocker } = await import('${connect}');
    ${statements}
    const files = Object.keys(createRequire('${connect}').cache);
    console.log(['grpc-js', 'ssh2'].filter((name) => files.some((file) => file.includes('/' + name + '/'))).join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return stdout.trim().split('\n');
}

describe('connecting to a Docker Engine', () => {
  it('loads neither gRPC nor SSH', async () => {
    expect(await loaded(`connectDocker('unix:///nowhere.sock');`)).toEqual(['']);
  });

  it('loads SSH for the first request to an ssh:// address', async () => {
    const ping = `await connectDocker('ssh://nobody@127.0.0.1:1').ping().catch(({ code }) => console.log(code));`;
    expect(await loaded(ping)).toEqual(['ECONNREFUSED', 'ssh2']);
  });
});
