import { versionText } from '../../../replies/deployment-words.ts';
import { formatAgo, formatPlanned } from '../../../units/times.ts';
import { countTasks } from '../../../usecases/applications/application-services.ts';
import { templateOf } from '../../../usecases/applications/template-source.ts';
import { lostNodeText } from '../../../usecases/nodes/lost-nodes.ts';
import type { ApplicationDetails } from '../../../usecases/overview/read-application.ts';

interface Fact {
  name: string;
  /** With code between backticks. */
  text: string;
  /** Each on a line of its own; only of http and https. */
  links?: string[];
}

/** What `status` says of an application, in its order. */
export function applicationFacts(details: ApplicationDetails): Fact[] {
  const { application, incident, liveDeployment, source, standing, tasks, urls } = details;
  const { lock, freeze } = standing;
  const waits = tasks?.waitsFor;
  const { clone_url: cloned, image } = application.sourceConfig;
  const template = templateOf(application);
  const from = image ?? cloned ?? source?.repository;
  return [
    { name: 'Tasks', text: tasksText(tasks) },
    ...(liveDeployment ? [{ name: 'Live', text: versionText(liveDeployment) }] : []),
    ...(waits ? [{ name: 'Waits', text: lostNodeText(waits) }] : []),
    ...(incident ? [{ name: 'Incident', text: `${incident.error}; found ${formatAgo(incident.beganAt)}` }] : []),
    ...(lock ? [{ name: 'Locked', text: `by ${lock.holder}, ${formatAgo(lock.since)}: ${lock.reason}` }] : []),
    ...(freeze ? [{ name: 'Frozen', text: frozenText(freeze) }] : []),
    ...(urls.length > 0 ? [{ name: urls.length === 1 ? 'Address' : 'Addresses', text: '', links: urls }] : []),
    ...(template ? [{ name: 'Template', text: template.name }] : []),
    ...(from === undefined ? [] : [{ name: image === undefined ? 'Repository' : 'Image', text: from }]),
    ...(source?.branch && image === undefined ? [{ name: 'Branch', text: source.branch }] : []),
  ];
}

function tasksText(tasks: ApplicationDetails['tasks']): string {
  if (!tasks) return 'unknown: Docker does not answer';
  if (tasks.services.length === 0) return 'not on Swarm';
  const { replicas, running } = countTasks(tasks.services);
  return `${running} of ${replicas} running`;
}

function frozenText({ reason, until, zone }: NonNullable<ApplicationDetails['standing']['freeze']>): string {
  return `until ${formatPlanned(until, zone)}${reason ? `: ${reason}` : ''}`;
}
