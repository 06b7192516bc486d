import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * In the place of systemd's manager, which cannot run in a root folder: starts and stops the service as its unit says, as
 * the unit's user, without the sandbox. What changes files (`enable`, `disable`) is left to the real systemctl.
 */
const systemctl = `#!/bin/bash
echo "$*" >> /run/systemctl.calls
unit=/etc/systemd/system/shipmate.service
of() { sed -n "s/^$1=//p" $unit; }
stop() { [ -s /run/shipmate.pid ] && kill "$(cat /run/shipmate.pid)" && tail --pid="$(cat /run/shipmate.pid)" -f /dev/null; rm -f /run/shipmate.pid; }
case "$1" in
  restart)
    stop
    install -d -o "$(of User)" "/var/cache/$(of CacheDirectory)"
    cd "$(of WorkingDirectory)"
    setsid setpriv --reuid "$(of User)" --regid "$(of Group)" --init-groups env -i PATH=/usr/bin:/bin HOME="$PWD" \\
      $(of Environment) $(grep -v '^#' "$(of EnvironmentFile)") $(of ExecStart) > /run/shipmate.log 2>&1 < /dev/null &
    echo $! > /run/shipmate.pid ;;
  is-active) [ -s /run/shipmate.pid ] && kill -0 "$(cat /run/shipmate.pid)" && echo active ;;
  show) case "$3" in InvocationID) echo 0123456789abcdef0123456789abcdef ;; *) kill -0 "$(cat /run/shipmate.pid)" && echo 0 || echo 2 ;; esac ;;
  disable) stop; exec /usr/bin/systemctl --root=/ disable --quiet shipmate.service ;;
  daemon-reload) ;;
  *) exec /usr/bin/systemctl --root=/ "$@" ;;
esac
`;

const journalctl = `#!/bin/sh
cat /run/shipmate.log
`;

/** From then on, the root folder seems to be a machine that systemd runs. */
export async function putSupervisor(root: string): Promise<void> {
  await mkdir(join(root, 'run/systemd/system'), { recursive: true });
  await putProgram(root, 'systemctl', systemctl);
  await putProgram(root, 'journalctl', journalctl);
}

/** What the supervisor was told. */
export async function callsOf(root: string): Promise<string[]> {
  return (await readFile(join(root, 'run/systemctl.calls'), 'utf8')).trim().split('\n');
}

/** A program that is found before those of Debian. */
export async function putProgram(root: string, name: string, script: string): Promise<void> {
  const path = join(root, 'usr/local/sbin', name);
  await writeFile(path, script);
  await chmod(path, 0o755);
}
