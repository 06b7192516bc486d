import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The unified hierarchy, also where the machine has the older one beside it. */
const hierarchy = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) => existsSync(`${path}/cgroup.procs`));

/** Waits for orphans, as an init does. */
const plain = `mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"
  while [ $# -gt 0 ]; do mount --bind "$1" "$2"; shift 2; done
  echo ready; exec chroot "$root" sh -c 'sleep infinity & while :; do wait; done'`;

/**
 * systemd as the first process, as in a container: it has its own /dev and control groups, and changes nothing of the kernel.
 * Without a controller, as the machine's own may have them, so that limits of memory and CPU have no effect.
 */
const systemd = `mount --bind "$root" "$root"
  while [ $# -gt 0 ]; do mount --bind "$1" "$2"; shift 2; done
  cd "$root"; mount -t proc proc proc
  mount --bind proc/sys proc/sys; mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys; mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount --bind run run; mount -t tmpfs -o mode=755 tmpfs dev
  for each in null zero full random urandom tty; do touch dev/$each; mount --bind /dev/$each dev/$each; done
  mkdir dev/pts dev/shm; mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs tmpfs dev/shm; ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
  echo ready; exec env -i container=shipmate PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    chroot . /lib/systemd/systemd --log-target=null --show-status=no </dev/null >/dev/null 2>&1`;

export interface Init {
  /** What to call to hold a root folder open; the folder and the pairs of mounts follow. */
  command: string[];
  /** Once everything in it has ended. */
  remove(): Promise<void>;
}

/** What runs first in a root folder, and ends everything in it when it ends. */
export async function rootInit(folder: string, withSystemd: boolean): Promise<Init> {
  const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
  const shell = (script: string) => ['sh', '-ec', `root=$1; shift\n${script}`, 'sh', folder];
  if (!withSystemd) return { command: [...unshare, ...shell(plain)], remove: async () => {} };
  if (hierarchy === undefined) throw new Error('this machine has no unified control groups, which systemd needs');
  const group = join(hierarchy, basename(folder));
  await mkdir(group);
  const enter = ['sh', '-ec', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'];
  return {
    command: [...enter, ...unshare, '--cgroup', '--uts', '--ipc', ...shell(systemd)],
    remove: () => removeGroup(group),
  };
}

/** Processes that were killed are in it for another moment. */
async function removeGroup(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeGroup(join(path, entry.name));
  }
  for (let tries = 1; ; tries += 1) {
    try {
      return await rmdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || tries === 100) throw error;
      await delay(100);
    }
  }
}

/** Until systemd takes orders. */
export async function awaitSystemd(folder: string): Promise<void> {
  for (let tries = 1; !existsSync(join(folder, 'run/systemd/private')); tries += 1) {
    if (tries === 600) throw new Error('systemd did not start');
    await delay(100);
  }
}
