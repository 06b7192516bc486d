import { describe, expect, it } from '@jest/globals';
import type { Deployment } from '../../src/entities/deployment.ts';
import { deploymentAction } from '../../src/replies/row-actions.ts';

const id = '3f2c1ab4-0000-4000-8000-000000000001';
const of = (status: Deployment['status']) => deploymentAction('shop/api', { id, status } as Deployment);

describe('the button of a deployment in a list', () => {
  it('stops one that runs, explains one that failed, and shows the log of one that succeeded', () => {
    expect(of('building')).toMatchObject({
      command: 'cancel shop/api --deployment 3f2c1ab4',
      confirm: 'Cancel the deployment of `shop/api`?',
    });
    expect(of('failed')).toEqual({ label: 'Why?', command: 'why 3f2c1ab4' });
    expect(of('rolled_back')).toEqual({ label: 'Why?', command: 'why 3f2c1ab4' });
    expect(of('success')).toEqual({ label: 'Logs', command: 'logs shop/api --deployment 3f2c1ab4' });
  });
});
