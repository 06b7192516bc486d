import { expect, it } from '@jest/globals';
import { namesSetting } from '../../../src/swarm/ingress/ingress-kernel.ts';

const settings = ['net.ipv4.tcp_migrate_req'];

it.each([
  [
    'runc 1.1',
    'starting container failed: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: open /proc/sys/net/ipv4/tcp_migrate_req: no such file or directory: unknown',
    true,
  ],
  [
    'runc 1.3',
    'starting container failed: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: open sysctl net.ipv4.tcp_migrate_req file: unsafe procfs detected: openat2 fsmount:fscontext:proc/./sys/net/ipv4/tcp_migrate_req: no such file or directory',
    true,
  ],
  ['another setting', 'open /proc/sys/net/ipv4/tcp_migrate_req_more: no such file or directory', false],
  ['something else', 'task: non-zero exit (1)', false],
])('%s: a refused setting is recognised', (_, error, refused) => {
  expect(namesSetting(error, settings)).toBe(refused);
});
