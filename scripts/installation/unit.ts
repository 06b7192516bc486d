import { setTimeout as delay } from 'node:timers/promises';
import type { DebianRoot } from '../support/debian-root.ts';
import { done, expectEqual } from './report.ts';

const name = 'shipmate.service';
/** Pause between two looks, and how many there are, milliseconds. */
const pollMs = 500;
const polls = 240;

export type Unit = ReturnType<typeof openUnit>;

/** The service as systemd runs it. */
export function openUnit({ run }: DebianRoot, port: number) {
  async function show(property: string): Promise<string> {
    return done(await run('systemctl', ['show', '--property', property, '--value', name]));
  }

  async function untilReady(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (tries === polls) throw new Error('Shipmate is not ready');
      await delay(pollMs);
    }
  }

  /** All processes of the service. */
  async function processes(): Promise<string[]> {
    const { out } = await run('cat', ['/sys/fs/cgroup/system.slice/shipmate.service/cgroup.procs']);
    return out.trim().split('\n').filter(Boolean);
  }

  return {
    show,
    async expectRestartAfterKill(): Promise<void> {
      const before = await processes();
      done(await run('systemctl', ['kill', '--kill-whom=main', '--signal=KILL', name]));
      for (let tries = 1; (await show('NRestarts')) === '0'; tries += 1) {
        if (tries === polls) throw new Error('systemd did not start it again');
        await delay(pollMs);
      }
      await untilReady();
      expectEqual('it is started again after kill -9', await show('NRestarts'), '1');
      const left = (await processes()).filter((pid) => before.includes(pid));
      expectEqual('without leftovers of the one before', left, []);
    },
    async expectCleanStop(): Promise<void> {
      done(await run('systemctl', ['stop', name]));
      const how = await Promise.all(['Result', 'ExecMainStatus', 'ActiveState'].map(show));
      expectEqual('a stop ends it with 0', how, ['success', '0', 'inactive']);
      expectEqual('without orphans', await processes(), []);
      done(await run('systemctl', ['start', name]));
      await untilReady();
    },
    /** PostgreSQL is away, and systemd starts Shipmate again and again; between two attempts the last end is seen. */
    async expectEndWith75(): Promise<void> {
      for (let tries = 1; (await show('ExecMainStatus')) !== '75'; tries += 1) {
        if (tries === polls) throw new Error('systemd saw no exit code 75');
        await delay(pollMs);
      }
      expectEqual('systemd goes on after exit code 75', Number(await show('NRestarts')) >= 2, true);
    },
    /** Warnings are what the journal takes for warnings. */
    async expectLevels(): Promise<void> {
      const of = async (priority: string) => {
        const filter = ['--identifier', 'shipmate', '--priority', priority, '--output', 'cat', '--no-pager'];
        return done(await run('journalctl', filter)).split('\n');
      };
      const waits = /^PostgreSQL at 127\.0\.0\.1:1 does not answer yet/;
      const ended = /^shipmate: PostgreSQL at 127\.0\.0\.1:1 refused the connection/;
      const found = [
        (await of('warning..warning')).some((line) => waits.test(line)),
        (await of('err..err')).some((line) => ended.test(line)),
        (await of('info..info')).some((line) => line.startsWith('shipmate is ready')),
      ];
      expectEqual('the journal has warnings, errors and news apart', found, [true, true, true]);
    },
  };
}
