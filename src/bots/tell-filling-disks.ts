import type { Logger } from '../logger.ts';
import { fillingDiskReply, freeDiskReply } from '../replies/filling-disk-reply.ts';
import type { Reply } from '../replies/reply.ts';
import { type FillingDisk, fillingDisks } from '../usecases/concerns/filling-disks.ts';
import type { Deps } from '../usecases/deps.ts';

export interface TellDisksOptions {
  /** Pause between two looks, milliseconds (default: a minute; they are measured every five). */
  everyMs?: number;
  look?: () => Promise<FillingDisk[]>;
}

/**
 * Says at the console which disks fill up, when that gets worse and when it is over: the log is in a file while the console
 * has the terminal. @returns what ends it.
 */
export function tellFillingDisks(
  deps: Pick<Deps, 'database'> & { logger: Logger },
  say: (reply: Reply) => void,
  { everyMs = 60_000, look = () => fillingDisks(deps) }: TellDisksOptions = {},
): () => void {
  let told = new Map<string, FillingDisk>();

  async function tell(): Promise<void> {
    const seen = new Map((await look()).map((disk) => [`${disk.host}/${disk.name}`, disk]));
    for (const [key, disk] of seen) {
      const before = told.get(key)?.level;
      if (before !== disk.level && before !== 'danger') say(fillingDiskReply(disk));
    }
    for (const [key, disk] of told) if (!seen.has(key)) say(freeDiskReply(disk));
    told = seen;
  }

  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    tell()
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'could not look how full the disks are'))
      .finally(() => (isLooking = false));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
