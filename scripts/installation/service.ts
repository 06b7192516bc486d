import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { version } from '../../src/version.ts';
import { root as checkout } from '../bundle/build-bundle.ts';
import { type DebianRoot, openDebianRoot } from '../support/debian-root.ts';
import { openEngineSocket } from '../support/engine-socket.ts';
import { freePort } from '../support/free-port.ts';
import type { Packed } from '../support/pack.ts';
import { expectConfined } from './confinement.ts';
import { certificates, npmSetting, npmVariables } from './npm-settings.ts';
import { done, expectEqual } from './report.ts';
import { openUnit, type Unit } from './unit.ts';

/** `install.sh` on a bare Debian, and the service under its systemd from the first start to `uninstall`. */
export async function tryService(packed: Packed): Promise<void> {
  for (const release of ['bookworm', 'trixie'] as const) {
    console.log(`service: ${release}`);
    const cache = npmSetting('cache');
    await using debian = await openDebianRoot({
      release,
      packages: ['systemd', 'systemd-sysv', 'ca-certificates', 'util-linux'],
      mounts: { '/root/.npm/_cacache': join(cache, '_cacache') },
      systemd: true,
    });
    await debian.run('groupadd', ['--system', 'docker']);
    const group = Number(done(await debian.run('getent', ['group', 'docker'])).split(':')[2]);
    await using engine = await openEngineSocket(join(debian.folder, 'run/docker.sock'), group);
    await installAndUse(debian, packed);
    engine.hideEverything();
    await expectRemoved(debian);
  }
}

async function installAndUse(debian: DebianRoot, packed: Packed): Promise<void> {
  await copyFile(certificates, join(debian.folder, certificates));
  await copyFile(join(checkout, 'install.sh'), join(debian.folder, 'root/install.sh'));
  await copyFile(packed.tarball, join(debian.folder, 'root', basename(packed.tarball)));
  const port = await freePort();
  const unit = openUnit(debian, port);
  const npm = { ...npmVariables(), npm_config_prefer_offline: 'true' };
  const variables = ['ACME_EMAIL=ops@example.com', `SHIPMATE_PORT=${port}`];
  await writeFile(join(debian.folder, 'root/shipmate.env'), variables.join('\n'));
  const first = await debian.run('sh', ['/root/install.sh', '--env-file', '/root/shipmate.env'], {
    ...npm,
    SHIPMATE_PACKAGE: `/root/${basename(packed.tarball)}`,
    SUDO_USER: 'ada',
  });
  const [, code = ''] = /^ {2}sudo shipmate link (\S+) /m.exec(done(first)) ?? [];
  expectEqual('npm warns of nothing', first.err.match(/^npm WARN.*/im) ?? undefined, undefined);
  const welcome = '✔ Welcome, `root`. Your role is `super_admin`. `help` lists what you can do.';
  expectEqual('the printed code works', done(await debian.run('shipmate', ['link', code])), welcome);
  expectEqual('the version', done(await debian.run('shipmate', ['--version'])), `shipmate ${version}`);
  await expectConfined(debian, await unit.show('MainPID'));

  await unit.expectRestartAfterKill();
  await unit.expectCleanStop();
  await expectProblemTold(debian, unit, npm);
  await unit.expectLevels();
  await expectOwnFolder(debian, npm);
}

/** An installation that cannot come up names the reason, and the corrected one is not taken for it. */
async function expectProblemTold(debian: DebianRoot, unit: Unit, npm: Record<string, string>): Promise<void> {
  const unreachable = 'DATABASE_URL=postgres://shipmate:secret@127.0.0.1:1/shipmate\nSHIPMATE_DATABASE_TIMEOUT=1s\n';
  await writeFile(join(debian.folder, 'root/wrong.env'), unreachable);
  const refused = await debian.run('shipmate', ['install', '--env-file', '/root/wrong.env'], npm);
  expectEqual('a service that ends again and again fails the installation', refused.code, 4);
  const reason = /The last problem it logged: (.*?) Fix it/.exec(refused.err)?.[1];
  expectEqual(
    'it says why',
    reason,
    'PostgreSQL at 127.0.0.1:1 refused the connection: connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL.',
  );
  await unit.expectEndWith75();
  const environment = '/etc/shipmate/shipmate.env';
  done(await debian.run('sed', ['-i', '/^DATABASE_URL=/d; /^SHIPMATE_DATABASE_TIMEOUT=/d', environment]));
  const corrected = done(await debian.run('shipmate', ['install', 'SHIPMATE_STOP_GRACE=5s'], npm));
  expectEqual('the corrected installation comes up', /is running at/.test(corrected), true);
}

/** Backups of itself go to another disk, which the unit opens. */
async function expectOwnFolder(debian: DebianRoot, npm: Record<string, string>): Promise<void> {
  const variables =
    'SHIPMATE_SELF_BACKUP_PASSPHRASE=correct horse battery staple\nSHIPMATE_SELF_BACKUP_FOLDER=/mnt/disk\n';
  await writeFile(join(debian.folder, 'root/backup.env'), variables);
  done(await debian.run('shipmate', ['install', '--env-file', '/root/backup.env'], npm));
  done(await debian.run('shipmate', ['schedule', 'run', 'self-backup', '--wait']));
  expectEqual('it backs itself up there', existsSync(join(debian.folder, 'mnt/disk/config')), true);
}

async function expectRemoved(debian: DebianRoot): Promise<void> {
  const left = done(await debian.run('shipmate', ['uninstall']));
  expectEqual('uninstall names the packages it leaves', /apt-get purge --autoremove .*nodejs npm/.test(left), true);
  expectEqual('and the backups', left.includes('Left: /mnt/disk, which its variables named.'), true);
  const state = await debian.run('systemctl', ['is-active', 'shipmate.service']);
  expectEqual('the service is gone', state.out.trim(), 'inactive');
}
