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
    const env = {
      PATH: git.path,
      SHIPMATE_CLONE_TIMEOUT: '3s',
      SHIPMATE_BUILD_TIMEOUT: '6s',
      SHIPMATE_ROLLOUT_TIMEOUT: '3s',
    };
    await using shipmate = await openShipmate({ env });
    await using app = await createTestApp(shipmate, { name: 'hangs' });

    await git.hold();
    await expectTimedOut(shipmate, app.id, await app.push('1'), 'Cloning did not finish within 3 s.');
    await git.release();

    const build = await app.push('2', { buildMs: 60_000 });
    await expectTimedOut(shipmate, app.id, build, 'The build did not finish within 6 s.');
    expect(await imagesOf(app.id)).toEqual([]);

    const rollOut = await app.push('3', { healthSeconds: 60 });
    await expectTimedOut(shipmate, app.id, rollOut, 'The roll-out did not finish within 3 s.');
  });
});
