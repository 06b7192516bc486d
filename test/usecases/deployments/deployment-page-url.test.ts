import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import { deploymentPageUrl, verifyDeploymentLink } from '../../../src/usecases/deployments/deployment-page-url.ts';
import { fakeDeps } from '../../support/fakes.ts';
import type { Database } from '../../../src/database/database.ts';

const deps = fakeDeps({} as Database);
const startedAt = new Date('2026-11-24T12:00:00Z');
const id = '7b0f5a52-43c5-4d8b-93bd-0f6cbb2b4b0e';
const day = 24 * 3_600_000;

function partsOf(url: string) {
  const { pathname, searchParams } = new URL(url);
  const read = (name: string) => searchParams.get(name) ?? '';
  return { id: pathname.replace('/deployments/', ''), expires: read('expires'), signature: read('signature') };
}

describe('the link to a deployment’s page', () => {
  const link = partsOf(deploymentPageUrl(deps, { id, startedAt }));

  it('is the same whenever it is made, and good for a week', () => {
    expect(partsOf(deploymentPageUrl(deps, { id, startedAt }))).toEqual(link);
    expect(verifyDeploymentLink(deps, link, new Date(startedAt.getTime() + 6 * day))).toBe(true);
    expect(verifyDeploymentLink(deps, link, new Date(startedAt.getTime() + 8 * day))).toBe(false);
  });

  it.each([
    ['another deployment', { ...link, id: '00000000-0000-4000-8000-000000000000' }],
    ['a later end', { ...link, expires: String(Number(link.expires) + 1) }],
    ['a signature of somebody else', { ...link, signature: randomBytes(32).toString('base64url') }],
    ['no signature', { ...link, signature: '' }],
  ])('is refused with %s', (_what, changed) => {
    expect(verifyDeploymentLink(deps, changed, startedAt)).toBe(false);
  });

  it('outlives a change of keys', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const before = { ...deps, cipher: createCipher([old]) };
    const after = { ...deps, cipher: createCipher([fresh, old]) };
    expect(verifyDeploymentLink(after, partsOf(deploymentPageUrl(before, { id, startedAt })), startedAt)).toBe(true);
  });
});
