// `npm run installation`: `install.sh` on a bare Debian 12 and 13, with the real apt-get, npx and npm. Takes ten minutes; the
// suite installs without these. systemd does not run in a root folder, so that the service is not started.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { version } from '../src/version.ts';
import { root as checkout } from './bundle/build-bundle.ts';
import { type DebianRoot, openDebianRoot } from './support/debian-root.ts';
import { openEngineSocket } from './support/engine-socket.ts';
import { pack } from './support/pack.ts';

const certificates = '/etc/ssl/certs/ca-certificates.crt';

await using home = await mkdtempDisposable(join(tmpdir(), 'shipmate-installation-'));
const packed = await pack(join(home.path, 'packed'));
for (const release of ['bookworm', 'trixie'] as const) {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const mounts = { '/root/.npm/_cacache': join(cache, '_cacache') };
  await using debian = await openDebianRoot({ release, packages: ['systemd', 'ca-certificates'], mounts });
  await debian.run('groupadd', ['--system', 'docker']);
  const { out: group } = await debian.run('getent', ['group', 'docker']);
  await using _engine = await openEngineSocket(join(debian.folder, 'run/docker.sock'), Number(group.split(':')[2]));
  await copyFile(certificates, join(debian.folder, certificates));
  await copyFile(join(checkout, 'install.sh'), join(debian.folder, 'root/install.sh'));
  await copyFile(packed.tarball, join(debian.folder, 'root', basename(packed.tarball)));
  await writeFile(join(debian.folder, 'root/shipmate.env'), 'ACME_EMAIL=ops@example.com\n');
  const env = {
    SHIPMATE_PACKAGE: `/root/${basename(packed.tarball)}`,
    npm_config_registry: execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim(),
    npm_config_cafile: certificates,
    npm_config_prefer_offline: 'true',
  };
  const install = () => debian.run('sh', ['/root/install.sh', '--env-file', '/root/shipmate.env'], env);
  await expectLast(install, 'systemd does not run here: the service starts when this machine does.');
  await expectLast(() => debian.run('shipmate', ['--version']), `shipmate ${version}`);
  const { out: environment } = await debian.run('grep', ['ACME', '/etc/shipmate/shipmate.env']);
  if (environment !== 'ACME_EMAIL=ops@example.com\n') throw new Error(`the variables are ${environment}`);
  const { out: left } = await debian.run('shipmate', ['uninstall']);
  if (!/apt-get purge --autoremove .*nodejs npm/.test(left)) throw new Error(`what is left is not named:\n${left}`);
  console.log(`${release}: ok`);
}

async function expectLast(work: () => ReturnType<DebianRoot['run']>, line: string): Promise<void> {
  const { code, out, err } = await work();
  if (code !== 0 || out.trim().split('\n').at(-1) !== line) throw new Error(`ended with ${code}:\n${out}\n${err}`);
}
