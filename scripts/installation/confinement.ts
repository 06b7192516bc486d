import type { DebianRoot } from '../support/debian-root.ts';
import { done, expectEqual } from './report.ts';

/** What the unit promises, tried from inside the service's own view of the machine. */
export async function expectConfined({ run }: DebianRoot, pid: string): Promise<void> {
  // As root, but among the mounts of the service: only what is mounted stands in the way.
  const inside = (...command: string[]) => run('nsenter', ['--target', pid, '--mount', '--root', '--', ...command]);
  for (const path of ['/etc/shipmate/x', '/opt/shipmate/x', '/usr/bin/x', '/var/lib/x', '/sys/x']) {
    expectEqual(`it cannot write ${path}`, (await inside('touch', path)).code, 1);
  }
  done(await inside('touch', '/var/lib/shipmate/data/x'));
  done(await inside('rm', '/var/lib/shipmate/data/x'));
  expectEqual('it sees no home', done(await inside('ls', '--almost-all', '/home', '/root')), '/home:\n\n/root:');
  const status = done(
    await run('grep', ['--extended-regexp', '^(NoNewPrivs|CapEff|CapBnd|Seccomp):', `/proc/${pid}/status`]),
  );
  expectEqual(
    'it can gain no rights',
    status.split('\n').map((line) => line.replace(/\s+/, ' ')),
    ['CapEff: 0000000000000000', 'CapBnd: 0000000000000000', 'NoNewPrivs: 1', 'Seccomp: 2'],
  );
  const user = done(await run('stat', ['--format', '%U:%G', `/proc/${pid}`]));
  expectEqual('it runs as the system user', user, 'shipmate:shipmate');
  const verdict = await run('systemd-analyze', ['security', '--threshold=20', 'shipmate.service']);
  expectEqual('systemd-analyze finds an exposure below 2.0', verdict.code, 0);
  expectEqual('systemd-analyze verify finds nothing', await run('systemd-analyze', ['verify', 'shipmate.service']), {
    code: 0,
    out: '',
    err: '',
  });
}
