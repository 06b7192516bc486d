import { Foundation } from './20261124000000-foundation.ts';
import { DataModel } from './20261124120000-data-model.ts';
import { TeamSafety } from './20261124140000-team-safety.ts';
import { Notifications } from './20261124150000-notifications.ts';
import { Happenings } from './20261127080000-happenings.ts';
import { NotifiedResources } from './20261127090000-notified-resources.ts';
import { JobRuns } from './20261127100000-job-runs.ts';
import { Databases } from './20261127110000-databases.ts';
import { Backups } from './20261127120000-backups.ts';
import { Domains } from './20261127130000-domains.ts';
import { Certificates } from './20261127140000-certificates.ts';
import { Nodes } from './20261127160000-nodes.ts';
import { Digests } from './20261127170000-digests.ts';
import { Restored } from './20261128000000-restored.ts';
import { StackWords } from './20261129000000-stack-words.ts';
import { NotificationFacts } from './20261129100000-notification-facts.ts';
import { WebhookBodies } from './20261130090000-webhook-bodies.ts';
import { AttemptCounts } from './20261201000000-attempt-counts.ts';
import { SessionGenerations } from './20261201010000-session-generations.ts';
import { ClosedRows } from './20261201020000-closed-rows.ts';
import { Visibility } from './20261202000000-visibility.ts';
import { BuildSecrets } from './20261202010000-build-secrets.ts';

/** Every migration, oldest first. Released ones are never changed: what comes is added. */
export const migrations = [
  { name: '20261124000000-foundation', class: Foundation },
  { name: '20261124120000-data-model', class: DataModel },
  { name: '20261124140000-team-safety', class: TeamSafety },
  { name: '20261124150000-notifications', class: Notifications },
  { name: '20261127080000-happenings', class: Happenings },
  { name: '20261127090000-notified-resources', class: NotifiedResources },
  { name: '20261127100000-job-runs', class: JobRuns },
  { name: '20261127110000-databases', class: Databases },
  { name: '20261127120000-backups', class: Backups },
  { name: '20261127130000-domains', class: Domains },
  { name: '20261127140000-certificates', class: Certificates },
  { name: '20261127160000-nodes', class: Nodes },
  { name: '20261127170000-digests', class: Digests },
  { name: '20261128000000-restored', class: Restored },
  { name: '20261129000000-stack-words', class: StackWords },
  { name: '20261129100000-notification-facts', class: NotificationFacts },
  { name: '20261130090000-webhook-bodies', class: WebhookBodies },
  { name: '20261201000000-attempt-counts', class: AttemptCounts },
  { name: '20261201010000-session-generations', class: SessionGenerations },
  { name: '20261201020000-closed-rows', class: ClosedRows },
  { name: '20261202000000-visibility', class: Visibility },
  { name: '20261202010000-build-secrets', class: BuildSecrets },
];
