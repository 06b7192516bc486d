import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { connectDocker } from '../../src/swarm/dockerode.ts';

const run = promisify(execFile);
const sampleApp = fileURLToPath(new URL('../../scripts/support/sample-app', import.meta.url));

describe('base image and sample application', () => {
  it('is made from the Node that runs, and serves the sample application', async () => {
    const base = await ensureNodeBaseImage();
    expect(await ensureNodeBaseImage()).toBe(base);

    const docker = connectDocker(process.env['DOCKER_HOST']);
    const name = `platform-sample-${randomUUID()}`;
    try {
      await run('docker', ['build', '--quiet', '--build-arg', `BASE=${base}`, '--tag', name, sampleApp]);
      await run('docker', ['run', '--detach', '--name', name, name]);
      const health = async () => (await docker.getContainer(name).inspect()).State.Health?.Status;
      let status = await health();
      while (status === 'starting') status = await health();
      expect(status).toBe('healthy');

      const ask = `fetch('http://localhost:8080/').then((r) => r.json()).then((b) => console.log(b.version))`;
      const { stdout } = await run('docker', ['exec', name, '/node', '-e', ask]);
      expect(stdout.trim()).toBe('1.0.0');

      await run('docker', ['stop', name]);
      expect((await docker.getContainer(name).inspect()).State.ExitCode).toBe(0);
    } finally {
      await run('docker', ['rm', '--force', '--volumes', name]);
      await run('docker', ['rmi', '--force', name]);
    }
  });
});
