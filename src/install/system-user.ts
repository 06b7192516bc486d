import { chmod, chown, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { socketGroup } from './machine.ts';
import { account, places } from './places.ts';
import { mustRun, outputOf, succeeds } from './programs.ts';
import type { Step } from './steps.ts';

/** Who Shipmate runs as, and the folder that is theirs. */
export function userSteps(): Step[] {
  return [
    {
      does: `create the system user ${account}`,
      isDone: () => succeeds('id', account),
      run() {
        const home = ['--home-dir', places.data, '--no-create-home'];
        mustRun('useradd', ['--system', '--user-group', ...home, '--shell', '/usr/sbin/nologin', account]);
      },
    },
    {
      does: `let ${account} use the Docker Engine (its group, which is as much as root)`,
      isDone: () => outputOf('id', '--name', '--groups', account)?.split(' ').includes(socketGroup()) ?? false,
      run: () => mustRun('usermod', ['--append', '--groups', socketGroup(), account]),
    },
    {
      does: `make the data folder ${places.data}`,
      isDone: () => existsSync(places.data),
      async run() {
        await mkdir(dirname(places.data), { recursive: true, mode: 0o755 });
        await mkdir(places.data, { mode: 0o711 });
        await chmod(places.data, 0o711);
        await chown(places.data, Number(outputOf('id', '--user', account)), Number(outputOf('id', '--group', account)));
      },
    },
  ];
}
