import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../../src/config.ts';
import { notShared, sharedSettings } from '../../../src/usecases/replicas/shared-settings.ts';
import { testConfig } from '../../support/fakes.ts';

const s3 = { bucket: 'team', endpoint: undefined, region: 'us-east-1', accessKeyId: 'id', secretAccessKey: 'hidden' };
const whole = { ...testConfig, s3, publicUrl: 'https://ship.example.com', localRepositories: undefined } as Config;
const docs = 'See “Several replicas” in docs/operation.md.';

function said(here: Partial<Config>, there: Partial<Config>, host = 'host-b'): string[] {
  return notShared(sharedSettings({ ...whole, ...here }, 'host-a'), sharedSettings({ ...whole, ...there }, host));
}

describe('what replicas have to share', () => {
  it('is nothing to mention where they do', () => {
    expect(said({}, {})).toEqual([]);
  });

  it('is told by the names of the variables, never by their values', () => {
    expect(said({ publicUrl: 'https://a.example.com' }, { s3: { ...s3, bucket: 'other' } as Config['s3'] })).toEqual([
      `Another Shipmate on this database (host-b) has other values of SHIPMATE_PUBLIC_URL, S3_BUCKET: set the same on all. ${docs}`,
    ]);
    expect(JSON.stringify(sharedSettings(whole, 'host-a'))).not.toContain('hidden');
  });

  it('is a bucket rather than folders', () => {
    expect(said({ s3: undefined }, { s3: undefined })).toEqual([
      'Another Shipmate on this database (host-b) cannot read the archives and backups here, nor this one those there: ' +
        `they are in folders. Set S3_BUCKET on all. ${docs}`,
    ]);
  });

  it('is no folder of repositories, unless both run on the same host', () => {
    const local = { localRepositories: '/srv/git' };
    expect(said(local, local)).toEqual([
      'SHIPMATE_LOCAL_REPOSITORIES is a folder of host-a, and another Shipmate on this database runs on host-b: ' +
        `keep the repositories at a git host, or mount the same folder on both. ${docs}`,
    ]);
    expect(said(local, local, 'host-a')).toEqual([]);
  });

  it('is not the socket of each machine, but an Engine elsewhere is', () => {
    expect(said({ dockerHost: 'unix:///run/docker.sock' }, {})).toEqual([]);
    expect(said({ dockerHost: 'tcp://10.0.0.5:2376' }, {})).toEqual([
      `Another Shipmate on this database (host-b) has other values of DOCKER_HOST: set the same on all. ${docs}`,
    ]);
  });
});
