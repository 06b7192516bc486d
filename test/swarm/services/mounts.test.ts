import { describe, expect, it } from '@jest/globals';
import { mergeMounts, toMounts } from '../../../src/swarm/services/mounts.ts';

const managed = { 'shipmate.managed': 'true', 'shipmate.application': 'a' };

describe('toMounts', () => {
  it.each([
    ['docker_volume', {}, { Name: 'local', Options: {} }],
    [
      'nfs',
      { server: 'files.example', path: '/exports' },
      { Name: 'local', Options: { type: 'nfs', o: 'addr=files.example,rw', device: ':/exports' } },
    ],
    ['s3', { driver: 'example/s3fs' }, { Name: 'example/s3fs', Options: {} }],
  ] as const)('mounts a %s', (type, options, driver) => {
    expect(toMounts([{ name: 'v', type, target: '/v', options }], 'a')).toEqual([
      {
        Type: 'volume',
        Source: 'v',
        Target: '/v',
        VolumeOptions: { NoCopy: false, Labels: managed, DriverConfig: driver },
      },
    ]);
  });
});

describe('mergeMounts', () => {
  const ours = toMounts([{ name: 'v', type: 'docker_volume', target: '/v', options: {} }], 'a');
  const byHand = { Type: 'bind' as const, Source: '/etc/x', Target: '/x' };

  it('takes away ours that is no longer wanted, and keeps what was mounted by hand', () => {
    expect(mergeMounts([...ours, byHand], undefined)).toEqual([byHand]);
    expect(mergeMounts([byHand], ours)).toEqual([byHand, ...ours]);
  });

  it('lets ours have the path', () => {
    expect(mergeMounts([{ ...byHand, Target: '/v' }], ours)).toEqual(ours);
  });

  it('adds nothing where there is nothing', () => {
    expect(mergeMounts(undefined, undefined)).toBeUndefined();
  });
});
