import { expect, it } from '@jest/globals';
import { type Mount, sourceWithin } from '../../../src/swarm/ingress/standpoint.ts';

const volume: Mount = {
  Type: 'volume',
  Name: 'shipmate',
  Source: '/var/lib/docker/volumes/shipmate/_data',
  Destination: '/data',
};
const bind: Mount = { Type: 'bind', Source: '/srv/ship', Destination: '/data' };
const socket: Mount = { Type: 'bind', Source: '/var/run/docker.sock', Destination: '/var/run/docker.sock' };

it.each([
  ['a volume', [socket, volume], { source: { type: 'volume', name: 'shipmate' }, below: '/ingress' }],
  ['a folder of the node', [socket, bind], { source: { type: 'bind', name: '/srv/ship/ingress' }, below: '' }],
  [
    'the innermost of several',
    [volume, { ...bind, Destination: '/data/ingress' }],
    { source: { type: 'bind', name: '/srv/ship' }, below: '' },
  ],
])('a container has its folder in %s', (_, mounts, place) => {
  expect(sourceWithin(mounts, '/data/ingress')).toEqual(place);
});

it('is told how to mount one where a container has it in none', () => {
  expect(() => sourceWithin([socket, { ...volume, Destination: '/database' }], '/data/ingress')).toThrow(
    "The folder /data/ingress is in no volume of Shipmate's container. Mount one there: --volume shipmate:/data/ingress",
  );
});
