import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { createHeldProgram } from '../support/held-program.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { imagesOf } from '../support/shipmate-leftovers.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp } from '../support/test-app.ts';

describe('a step that takes too long', () => {
  async function expectTimedOut(shipmate: RunningShipmate, application: string, id: string, what: string) {
    const end = await shipmate.deploymentEnds(id);
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'timed_out', error: what } });
    expect(await countBuildSteps(application)).toBe(0);
    expect(await readdir(join(shipmate.dataDir, 'checkouts'))).toEqual([]);
    expect(await servicesOf(application)).toEqual([]);
  }

  it('is ended, and nothing of it is left', async () => {
    await using git = await createHeldProgram('git', programsFolder);
    await using shipmate = await openShipmate({ env: { PATH: git.path } });
    // Each limit alone: a busy machine may exceed the others.
    const limit = async (env: Record<string, string>) => {
      await shipmate.process().stop();
      await shipmate.restart(env);
    };
    await using app = await createTestApp(shipmate, { name: 'hangs' });

    await limit({ SHIPMATE_CLONE_TIMEOUT: '3s' });
    await git.hold();
    await expectTimedOut(shipmate, app.id, await app.push('1'), 'Cloning did not finish within 3 s.');
    await git.release();

    await limit({ SHIPMATE_BUILD_TIMEOUT: '6s' });
    const build = await app.push('2', { held: 'build' });
    await expectTimedOut(shipmate, app.id, build, 'The build did not finish within 6 s.');
    expect(await imagesOf(app.id)).toEqual([]);

    await limit({ SHIPMATE_ROLLOUT_TIMEOUT: '3s' });
    const rollOut = await app.push('3', { held: 'server' });
    await expectTimedOut(shipmate, app.id, rollOut, 'The roll-out did not finish within 3 s.');
  });
});
