import { describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { expectEnd, expectSuccess } from '../support/expect-end.ts';
import { openShipmate } from '../support/shipmate.ts';
import { createTestApp, endsOnceLetGo } from '../support/test-app.ts';
import { until } from '../support/until.ts';

describe('a Shipmate that is told to stop', () => {
  it('hands back what takes longer, and the next start finishes it', async () => {
    await using shipmate = await openShipmate({ env: { SHIPMATE_STOP_GRACE: '8s' } });
    await using quick = await createTestApp(shipmate, { name: 'quick' });
    await using slow = await createTestApp(shipmate, { name: 'slow' });
    const [finished, handedBack] = await Promise.all([quick.push('1'), slow.push('1', { held: 'server' })]);
    await until('both roll-outs', async () => {
      const services = await Promise.all([quick, slow].map(({ id }) => servicesOf(id)));
      return services.flat().length === 2;
    });
    await until('one is nearly done', async () => {
      const { metadata, status } = await shipmate.deployment(finished);
      return status === 'success' || metadata.progress?.phase === 'watching';
    });
    // One that takes longer than it may is cut short, and ends with 1.
    expect(await shipmate.process().stop()).toBe(0);
    expectSuccess(await shipmate.deployment(finished));
    expectEnd(await shipmate.deployment(handedBack), 'deploying');
    await shipmate.restart();
    const end = expectSuccess(await endsOnceLetGo(shipmate, slow, handedBack));
    expect(end.logs).toContain('This version was handed to Swarm before; watching what became of it');
  });
});
