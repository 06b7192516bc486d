import type { ReadResourceResult, Resource, ResourceTemplateType } from '@modelcontextprotocol/server';
import { ResourceNotFoundError } from '@modelcontextprotocol/server';
import { deploymentReply } from '../../replies/deployment-reply.ts';
import type { Reply } from '../../replies/reply.ts';
import { shortId } from '../../replies/short-id.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { findDeployment } from '../../usecases/deployments/find-deployment.ts';
import { readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import { readBuildLog } from '../../usecases/deployments/read-deployments.ts';
import { readOverview } from '../../usecases/overview/read-overview.ts';
import type { Assistant } from './assistant.ts';
import type { Ship } from './call-tool.ts';
import { toolResult } from './tool-result.ts';

const mimeType = 'text/markdown';
/** Of a log, the last lines. */
const logLines = 200;

export const resourceTemplates: ResourceTemplateType[] = [
  {
    uriTemplate: 'shipmate://applications/{project}/{application}',
    name: 'application',
    title: 'Application',
    description: 'What runs, how it does, and where it is reached',
    mimeType,
  },
  {
    uriTemplate: 'shipmate://deployments/{deployment}',
    name: 'deployment',
    title: 'Deployment',
    description: 'How far it is, or how it ended; by its id or the first eight characters',
    mimeType,
  },
  {
    uriTemplate: 'shipmate://deployments/{deployment}/log',
    name: 'deployment-log',
    title: 'Log of a deployment',
    description: `The last ${logLines} lines of clone, build and roll-out, without secrets`,
    mimeType,
  },
  {
    uriTemplate: 'shipmate://help/{command}',
    name: 'help',
    title: 'Help on a command',
    description: 'What it does, its options and examples',
    mimeType,
  },
];

/** What everybody has, and the newest deployments that the person sees. */
export async function listResources({ deps }: Ship, { user }: Assistant): Promise<Resource[]> {
  const { ended, running } = await readOverview(deps, user);
  return [
    {
      uri: 'shipmate://applications',
      name: 'applications',
      title: 'Applications',
      description: 'All that you see, with their states',
      mimeType,
    },
    { uri: 'shipmate://help', name: 'help', title: 'Help', description: 'Every command, in groups', mimeType },
    ...[...running, ...ended].map((one) => ({
      uri: `shipmate://deployments/${one.id}`,
      name: `deployment-${shortId(one.id)}`,
      title: `${applicationName(one.application)} ${shortId(one.id)}`,
      description: one.status,
      mimeType,
    })),
  ];
}

/** @throws {ResourceNotFoundError} for no resource of Shipmate; {UserError} for what the person does not see. */
export async function readResource(ship: Ship, assistant: Assistant, uri: string): Promise<ReadResourceResult> {
  const reply = await replyAt(ship, assistant, uri);
  if (!reply) throw new ResourceNotFoundError(uri);
  const [content] = toolResult(reply).content;
  return { contents: [{ uri, mimeType, text: content?.type === 'text' ? content.text : '' }] };
}

async function replyAt(ship: Ship, assistant: Assistant, uri: string): Promise<Reply | undefined> {
  const [kind, ...path] = pathOf(uri);
  const [first, second, ...others] = path;
  if (kind === undefined || others.length > 0) return undefined;
  const run = (command: string, input: Record<string, unknown> = {}) =>
    ship.dispatcher.execute({ command, input }, assistant.origin, assistant.user);
  if (kind === 'applications' && path.length === 0) return run('app list');
  if (kind === 'applications' && second !== undefined) return run('status', { app: `${first}/${second}` });
  if (kind === 'help' && second === undefined)
    return run('help', { ...(first !== undefined && { command: first.split(' ') }) });
  if (kind !== 'deployments' || first === undefined) return undefined;
  if (second === undefined) return deploymentAt(ship, assistant, first);
  return second === 'log' ? logAt(ship, assistant, first) : undefined;
}

/** The parts of an address of ours; none of any other. */
function pathOf(uri: string): string[] {
  const path = /^shipmate:\/\/([^?#]{1,500})$/.exec(uri)?.[1];
  if (path === undefined) return [];
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}

async function deploymentAt({ deps }: Ship, { user }: Assistant, given: string): Promise<Reply | undefined> {
  const { id } = await deps.database.asUser(user.id).transactional(async (em) => findDeployment(em, given));
  const view = await readDeploymentView(deps, id);
  return view && deploymentReply(view);
}

async function logAt({ deps }: Ship, { user }: Assistant, given: string): Promise<Reply> {
  const found = await deps.database.asUser(user.id).transactional(async (em) => findDeployment(em, given));
  const application = applicationName(found.application);
  const { lines } = await readBuildLog(deps, user, { application, deployment: found.id, lines: logLines });
  return { tone: 'info', title: `Log of ${application} ${shortId(found.id)}`, code: lines.join('\n') };
}
