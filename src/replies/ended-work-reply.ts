import { formatSize } from '../units/sizes.ts';
import type { EndedWork } from '../usecases/backups/ended-work.ts';
import { backupFailed, drillFailed, restoreFailed, restoreSucceeded, showBackups } from './backup-notifications.ts';
import type { Reply } from './reply.ts';
import { shortId } from './short-id.ts';

/** What the person who asked for it reads where they asked. */
export function endedWorkReply({ asked, fact }: Pick<EndedWork, 'asked' | 'fact'>): Reply {
  return { ...worded(fact), mentions: [asked.account] };
}

function worded(fact: EndedWork['fact']): Reply {
  switch (fact.kind) {
    case 'backup-failed':
      return backupFailed(fact);
    case 'drill-failed':
      return drillFailed(fact);
    case 'restore-failed':
      return restoreFailed(fact);
    case 'restore-succeeded':
      return restoreSucceeded(fact);
    case 'backup-made':
      return {
        tone: 'success',
        title: `${fact.database} is backed up`,
        text: `The ${fact.type} backup ${shortId(fact.backup)} is complete: ${formatSize(fact.bytes)}.`,
        actions: [showBackups(fact.database)],
      };
    case 'drill-passed':
      return {
        tone: 'success',
        title: `Restore drill of ${fact.database} passed`,
        text: `Backup ${shortId(fact.backup)} is verified: ${fact.compared}.`,
        actions: [showBackups(fact.database)],
      };
  }
}
