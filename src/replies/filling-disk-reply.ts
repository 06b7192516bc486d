import type { FillingDisk } from '../usecases/concerns/filling-disks.ts';
import type { Reply } from './reply.ts';

export function fillingDiskReply({ host, level, why }: FillingDisk): Reply {
  return {
    tone: level,
    title: `The disk of ${host} is filling up`,
    text: `${why} \`schedule run retention\` removes what is no longer needed.`,
  };
}

export function freeDiskReply({ host, path }: FillingDisk): Reply {
  return { tone: 'success', title: `The disk of ${host} has space again`, text: `That is the one of \`${path}\`.` };
}
