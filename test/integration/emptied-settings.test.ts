import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrUpdate } from '../../src/swarm/services/update.ts';
import { inspectService } from '../../src/swarm/services/inspect.ts';
import { ensureSecrets } from '../../src/swarm/services/secrets.ts';
import { toEngineSpec } from '../../src/swarm/services/service-spec.ts';
import {
  applySettings,
  type SettingsDraft,
  settings,
  shownSettings,
} from '../../src/usecases/applications/application-settings.ts';
import { docker, ensureBaseImage, specOf, swarmWith, uniqueName } from '../support/swarm-fixture.ts';

const nothing: SettingsDraft = { source: {}, docker: {}, replicas: 1 };
/** What `app set` reads that ends up in a service, each with a value. */
const whole = applySettings(
  nothing,
  Object.entries(settings).map(([key, { example }]) => [key, example]),
);
/** Read by Shipmate alone. */
const own = ['port-check'];
const inService = Object.keys(settings).filter((key) => {
  if (own.includes(key)) return false;
  const { docker: emptied, replicas } = applySettings(whole, [[key, '']]);
  return JSON.stringify([emptied, replicas]) !== JSON.stringify([whole.docker, whole.replicas]);
});

const emptied = uniqueName('emptied');
const fresh = uniqueName('fresh');
beforeAll(ensureBaseImage);
afterAll(async () => {
  await swarmWith().remove(emptied);
  await swarmWith().remove(fresh);
});

/** Brings the service to the settings, without a task: no node may run them. */
async function apply(name: string, draft: SettingsDraft): Promise<void> {
  const spec = specOf(name, '', {
    docker: { ...draft.docker, constraints: ['node.hostname==nowhere', ...(draft.docker.constraints ?? [])] },
    replicas: draft.replicas,
    secretFiles: draft.docker.secrets === 'files' ? { TOKEN: 't' } : {},
    env: draft.docker.secrets === 'files' ? {} : { TOKEN: 't' },
    labels: {},
  });
  const resolved = { networks: [], secrets: await ensureSecrets(docker, spec), startInterval: true };
  await createOrUpdate(docker, toEngineSpec(spec, resolved), { force: false, login: undefined });
}

/** All that the Engine answers of it, but what names it and its secrets, and how often it was forced. */
async function specIn(name: string): Promise<unknown> {
  const { Spec } = (await inspectService(docker, name)) ?? {};
  return JSON.parse(
    JSON.stringify({ ...Spec, Name: '' }, (key, value: unknown) =>
      ['SecretID', 'SecretName', 'ForceUpdate', 'shipmate.spec'].includes(key) ? undefined : value,
    ),
  );
}

describe('a setting that is emptied is as if it had never been set:', () => {
  it.each(inService)('%s', async (key) => {
    const changed = applySettings(whole, [[key, '']]);
    await apply(emptied, whole);
    const before = await specIn(emptied);
    await apply(emptied, changed);
    expect(await specIn(emptied)).not.toEqual(before);
    await swarmWith().remove(fresh);
    await apply(fresh, changed);
    expect(await specIn(emptied)).toEqual(await specIn(fresh));
  });

  it('all of them', async () => {
    await apply(emptied, whole);
    await apply(emptied, nothing);
    await swarmWith().remove(fresh);
    await apply(fresh, nothing);
    expect(await specIn(emptied)).toEqual(await specIn(fresh));
  });
});

it('every setting of a service is among them', () => {
  const elsewhere = Object.keys(shownSettings({ ...whole, docker: {} })).filter((key) => key !== 'replicas');
  expect([...inService, ...own, ...elsewhere].sort()).toEqual(Object.keys(settings).sort());
});
