import { existsSync } from 'node:fs';
import { appendFile, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DebianRoot, openDebianRoot } from '../../scripts/support/debian-root.ts';
import { type EngineSocket, openEngineSocket } from '../../scripts/support/engine-socket.ts';
import { freePort } from '../../scripts/support/free-port.ts';
import { version } from '../../src/version.ts';
import { done, mountsOf, packaged, packedOnce } from '../support/installation/packaged.ts';
import { callsOf, putProgram, putSupervisor } from '../support/installation/supervisor.ts';

/** What every machine has. */
const packages = ['systemd', 'passwd', 'libstdc++6'];
/** What apt-get has brought already; `npm run installation` has the real apt-get do so. */
const brought = ['/etc/ssl/certs/ca-certificates.crt', '/usr/bin/git', '/usr/bin/ssh', '/usr/bin/restic'];

/** The libraries of the lock file are there already; `npm run installation` has the real npm fetch them. */
const npm = `#!/bin/sh
echo "$*" >> /run/npm.calls
for word; do folder=$word; done
exec ln -s /mnt/node_modules "$folder/node_modules"
`;

const releases = { bookworm: '12', trixie: '13' } as const;
type Release = keyof typeof releases;

/** What goes to a thread because of its size; see `inlineBytes`. */
const large = 300 * 1024;

let roots: Record<Release, DebianRoot>;
beforeAll(async () => {
  const packed = await packedOnce();
  const mounts = mountsOf(packed);
  const [bookworm, trixie] = await Promise.all([
    openDebianRoot({ release: 'bookworm', packages, mounts, essential: true }),
    openDebianRoot({ release: 'trixie', packages, mounts, essential: true }),
  ]);
  roots = { bookworm, trixie };
});
afterAll(async () => {
  for (const root of Object.values(roots)) await root[Symbol.asyncDispose]();
});

describe.each(Object.keys(releases) as Release[])('on a bare Debian, %s', (release) => {
  let debian: DebianRoot;
  let engine: EngineSocket;
  let port: number;
  let before: string[];
  beforeAll(async () => {
    debian = roots[release];
    await debian.run('groupadd', ['--system', 'docker']);
    const { out } = await debian.run('getent', ['group', 'docker']);
    engine = await openEngineSocket(join(debian.folder, 'run/docker.sock'), Number(out.split(':')[2]));
    await putProgram(debian.folder, 'npm', npm);
    for (const file of brought) await debian.run('install', ['-D', '/dev/null', file]);
    port = await freePort();
    before = await filesOf(debian);
  });
  afterAll(async () => engine[Symbol.asyncDispose]());

  async function at(path: string): Promise<string> {
    return readFile(join(debian.folder, path), 'utf8');
  }

  it('says what it would do, and does nothing', async () => {
    const out = done(await packaged(debian, 'install', '--dry-run', `SHIPMATE_PORT=${port}`));
    expect(out.trim().split('\n')).toEqual([
      'would create the system user shipmate',
      'would let shipmate use the Docker Engine (its group, which is as much as root)',
      'would make the data folder /var/lib/shipmate/data',
      `would put Shipmate ${version} into /opt/shipmate/${version}, with its libraries (npm ci)`,
      `would make ${version} the current version`,
      'would put the command into /usr/local/bin/shipmate',
      'would write the variables into /etc/shipmate/shipmate.env, which only root may read',
      'would write the unit /etc/systemd/system/shipmate.service',
      'would start the service at boot (systemctl enable shipmate)',
      'Nothing was changed.',
    ]);
    expect(await filesOf(debian)).toEqual(before);
  });

  it('refuses what would stop the start, and secrets as arguments, before it does anything', async () => {
    const wrong = await packaged(debian, 'install', 'SHIPMATE_PORT=http');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toMatch(/^SHIPMATE_PORT /);
    const typed = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q';
    const mistyped = await packaged(debian, 'install', `SHIPMATE_SELF_BACKUP_RECIPIENT=${typed}`);
    expect(mistyped).toMatchObject({ code: 2, out: '' });
    expect(mistyped.err).toMatch(/^SHIPMATE_SELF_BACKUP_RECIPIENT has a typing error: /);
    const secret = await packaged(debian, 'install', 'SLACK_BOT_TOKEN=xoxb-1');
    expect(secret).toMatchObject({ code: 2, out: '' });
    expect(secret.err).toBe(
      'SLACK_BOT_TOKEN is a secret, and everyone on this machine can read the arguments of a program. ' +
        'Put it into a file and name that: shipmate install --env-file <path>\n',
    );
    expect(await filesOf(debian)).toEqual(before);
  });

  it('makes Shipmate a service, for when systemd runs', async () => {
    const out = done(await packaged(debian, 'install', `SHIPMATE_PORT=${port}`));
    expect(out.trim().split('\n').at(-1)).toBe('systemd is not running here: the service starts at boot.');
    const wanted = 'etc/systemd/system/multi-user.target.wants/shipmate.service';
    expect(await readlink(join(debian.folder, wanted))).toBe('/etc/systemd/system/shipmate.service');
    const { out: groups } = await debian.run('id', ['--name', '--groups', 'shipmate']);
    expect(groups.trim()).toBe('shipmate docker');
    expect((await debian.run('shipmate', ['--version'])).out).toBe(`shipmate ${version}\n`);
  });

  it('gives each file to whom it belongs', async () => {
    const places = ['/etc/shipmate/shipmate.env', '/var/lib/shipmate/data', '/opt/shipmate', '/usr/local/bin/shipmate'];
    const { out } = await debian.run('stat', [
      '--format',
      '%n %U %a',
      ...places,
      '/etc/systemd/system/shipmate.service',
    ]);
    expect(out.trim().split('\n')).toEqual([
      '/etc/shipmate/shipmate.env root 600',
      '/var/lib/shipmate/data shipmate 711',
      '/opt/shipmate root 755',
      '/usr/local/bin/shipmate root 755',
      '/etc/systemd/system/shipmate.service root 644',
    ]);
    const others = await debian.run('find', [
      '/opt/shipmate',
      '!',
      '-user',
      'root',
      '-o',
      '-perm',
      '/022',
      '!',
      '-type',
      'l',
    ]);
    expect(others.out).toBe('');
  });

  it('has a unit that systemd understands and finds well confined', async () => {
    const unit = '/etc/systemd/system/shipmate.service';
    expect(await debian.run('systemd-analyze', ['verify', unit])).toEqual({ code: 0, out: '', err: '' });
    // Tenths; 92 without any confinement.
    const judged = await debian.run('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit]);
    expect(judged.code).toBe(0);
  });

  it('upgrades what is there, keeps variables that were added, and prints the first link code', async () => {
    await putSupervisor(debian.folder);
    await appendFile(join(debian.folder, 'etc/shipmate/shipmate.env'), '# Ours\nACME_EMAIL=ops@example.com\n');
    const out = done(await packaged(debian, 'install', 'SHIPMATE_BASE_DOMAIN=apps.example.com'));
    const text = await at('etc/shipmate/shipmate.env');
    expect(text.split('\n').filter((line) => /^\w|Ours/.test(line))).toEqual([
      `SHIPMATE_PORT=${port}`,
      '# Ours',
      'ACME_EMAIL=ops@example.com',
      'SHIPMATE_BASE_DOMAIN=apps.example.com',
    ]);
    expect(out).toContain(`Shipmate ${version} is running at http://127.0.0.1:${port}.`);
    const [, linkCode = ''] = /shipmate link (\S+)/.exec(out) ?? [];
    const linked = await debian.run('shipmate', ['link', linkCode]);
    expect(linked.out).toContain('Welcome, `root`. Your role is `super_admin`.');
  });

  it('tells an account without rights how it gets them', async () => {
    const as = ['--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'];
    expect(await debian.run('setpriv', [...as, 'shipmate', 'status'])).toEqual({
      code: 3,
      out: '',
      err:
        'Your account `nobody` may not use the Shipmate of this machine. Use sudo, or join its group and log in again: ' +
        'sudo usermod --append --groups shipmate nobody. With a token it needs neither: set SHIPMATE_URL and SHIPMATE_TOKEN.\n',
    });
  });

  it('runs as the system user, with a database of its own', async () => {
    const pid = (await at('run/shipmate.pid')).trim();
    const { out } = await debian.run('stat', ['--format', '%U', `/proc/${pid}`]);
    expect(out).toBe('shipmate\n');
    const { out: line } = await debian.run('sed', ['s/\\x00/ /g', `/proc/${pid}/cmdline`]);
    expect(line).toMatch(
      /^[/]opt[/]shipmate[/]current[/]node_modules[/]node-linux-\w+[/]bin[/]node .* [/]opt[/]shipmate[/]current[/]bundle[/]main[.]bundle[.]mjs --no-console $/,
    );
    expect(existsSync(join(debian.folder, 'var/lib/shipmate/data/postgres/cluster/PG_VERSION'))).toBe(true);
  });

  it('reads a large delivery in a thread, without sources', async () => {
    const body = JSON.stringify({ filler: 'x'.repeat(large) });
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': 'sha256=00',
    };
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks/github`, { method: 'POST', body, headers });
    expect(answer.status).toBe(401);
  });

  it('goes on where an installation ended before the restart', async () => {
    await writeFile(join(debian.folder, 'etc/shipmate/restart-needed'), '');
    const calls = await callsOf(debian.folder);
    done(await packaged(debian, 'install'));
    expect((await callsOf(debian.folder)).slice(calls.length)).toContain('restart shipmate.service');
  });

  it('does nothing where all is done', async () => {
    const calls = await callsOf(debian.folder);
    const [first] = done(await packaged(debian, 'install'))
      .trim()
      .split('\n');
    expect(first).toBe(`Shipmate ${version} is running at http://127.0.0.1:${port}.`);
    // A machine that answers late is asked whether the service still runs.
    const asked = (await callsOf(debian.folder)).slice(calls.length).filter((call) => !call.startsWith('show '));
    expect(asked).toEqual(['is-enabled shipmate.service', 'is-active shipmate.service']);
  });

  it('is removed, and leaves the data', async () => {
    engine.hideEverything();
    const out = done(await debian.run('shipmate', ['uninstall']));
    expect(out.trim().split('\n')).toEqual([
      'stop and disable the service (systemctl disable --now shipmate)',
      'remove /etc/systemd/system/shipmate.service',
      'remove /usr/local/bin/shipmate',
      'remove /opt/shipmate',
      'remove /var/cache/shipmate',
      'Left: /var/lib/shipmate/data and /etc/shipmate (database, key, variables) and the user shipmate, for another installation.',
      '`uninstall --purge` removes these, with all data.',
    ]);
    expect(existsSync(join(debian.folder, 'var/lib/shipmate/data/postgres/cluster/PG_VERSION'))).toBe(true);
  });

  it('leaves the machine as it was, once its data is purged', async () => {
    done(await packaged(debian, 'uninstall', '--purge'));
    expect((await debian.run('id', ['shipmate'])).code).toBe(1);
    expect(await filesOf(debian)).toEqual(before);
  });
});

/** Paths of all files, except those that any use changes. */
async function filesOf({ run }: DebianRoot): Promise<string[]> {
  const left = ['/proc', '/dev', '/run', '/tmp', '/mnt', '/usr/local/sbin'].flatMap((path) => [
    '-path',
    path,
    '-prune',
    '-o',
  ]);
  const { out } = await run('find', ['/', ...left, '-print']);
  return out.trim().split('\n').sort();
}
