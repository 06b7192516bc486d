import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { createClient } from '../../src/cli/client.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { copyWithoutLabels } from '../support/plain-copy.ts';
import { docker } from '../support/swarm-fixture.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';

let shipmate: RunningShipmate;
let app: TestApp;

beforeAll(async () => {
  shipmate = await openShipmate({ env: { SHIPMATE_LOG_LEVEL: 'trace' } });
  app = await createTestApp(shipmate, { name: 'leaky' });
});

afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
});

/** Ends at once, after it has told everybody its secret, plain and in other clothes. */
const leaky = `
const secret = process.env.API_KEY;
console.log('the key is', secret);
console.error(Buffer.from(secret).toString('base64'), encodeURIComponent(secret));
process.exit(1);
`;

async function deploymentOf(line: string): Promise<string> {
  const { data } = await shipmate.command(line);
  return (data as { deployment: { id: string } }).deployment.id;
}

describe('a secret of an application that gives it away', () => {
  it('is in no log, no answer and no message', async () => {
    const secret = `s3cr3t+${randomUUID()}/&`;
    await shipmate.command(`env set ${app.name} API_KEY --secret`, { secret });
    const id = await app.push('1', { server: leaky });
    const end = await shipmate.deploymentEnds(id);
    expectEnd(end, 'failed');
    // The line itself is told: it is what helps to find the mistake.
    expect(end.logs).toMatch(/the key is (?!s3cr3t)/);

    const client = createClient({ url: shipmate.url, token: shipmate.token, account: 'ada' });
    const answers = await Promise.all([
      client.deployment(id, 0),
      ...['env list', 'status', 'history', 'app show', 'logs --build'].map((line) =>
        shipmate.command(line.includes('--') ? `logs ${app.name} --build` : `${line} ${app.name}`),
      ),
    ]);
    const rows = await shipmate.rows(
      `select to_jsonb(d) from deployments d union all select to_jsonb(l) from deployment_logs l
       union all select to_jsonb(a) from audit_logs a union all select to_jsonb(v) from env_vars v
       union all select to_jsonb(m) from chat_messages m`,
    );
    const everything = JSON.stringify([answers, rows]) + shipmate.output();
    expect(everything).toContain(id);
    for (const form of [secret, btoa(secret), encodeURIComponent(secret)]) {
      expect(everything.includes(form)).toBe(false);
    }
  });
});

describe('an application that is an image', () => {
  it('runs what is on this host when no registry has it, and another tag when asked to', async () => {
    const image = `shipmate-test/${shipmate.project}`;
    const built = await shipmate.deployment(await builtOnce());
    for (const tag of ['1', '2']) await copyWithoutLabels(docker, built.metadata.image ?? '', image, tag);
    const name = `${shipmate.project}/image`;
    const { data } = await shipmate.command(`app create ${name} --image ${image}:1`);
    const { id } = data as { id: string };

    const first = await shipmate.deploymentEnds(await deploymentOf(`deploy ${name}`));
    expect(expectSuccess(first)).toMatchObject({ commit_sha: null, metadata: { image: `${image}:1` } });
    const second = await shipmate.deploymentEnds(await deploymentOf(`deploy ${name} 2`));
    expect(expectSuccess(second)).toMatchObject({ metadata: { image: `${image}:2`, ref: `${image}:2` } });
    const missing = await shipmate.deploymentEnds(await deploymentOf(`deploy ${name} 3`));
    expect(missing).toMatchObject({ status: 'failed', metadata: { error: expect.stringMatching(/cannot be pulled/) } });
    const back = await shipmate.deploymentEnds(await deploymentOf(`rollback ${name}`));
    expect(expectSuccess(back)).toMatchObject({ metadata: { image: `${image}:1` } });

    const [service = ''] = await servicesOf(id);
    const { Spec } = await docker.getService(service).inspect();
    expect(Spec.TaskTemplate.ContainerSpec.Image).toBe(`${image}:1`);
  });

  /** A deployment whose image serves. */
  async function builtOnce(): Promise<string> {
    await using source = await createTestApp(shipmate, { name: 'source' });
    const id = await source.push('1');
    expectSuccess(await shipmate.deploymentEnds(id));
    return id;
  }
});
