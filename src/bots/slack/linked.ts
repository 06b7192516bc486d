import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Dispatcher } from '../../handlers/dispatch.ts';
import { permittedActions } from '../../handlers/permitted-actions.ts';
import { applicationActions } from '../../replies/application-actions.ts';
import { applicationReply } from '../../replies/application-reply.ts';
import { deploymentReply } from '../../replies/deployment-reply.ts';
import type { Action, Reply } from '../../replies/reply.ts';
import { hasProjectAccess } from '../../usecases/access/project-access.ts';
import { verifyDeploymentLink } from '../../usecases/deployments/deployment-page-url.ts';
import { readDeployment } from '../../usecases/deployments/read-deployments.ts';
import { readDeploymentView } from '../../usecases/deployments/read-deployment-view.ts';
import type { Deps } from '../../usecases/deps.ts';
import { readApplication } from '../../usecases/overview/read-application.ts';
import { pageAddress, type PageLink } from './page-links.ts';

/** What a link leads to, as somebody may see it. */
export interface Linked {
  kind: PageLink['kind'];
  id: string;
  /** Of its page, unsigned. */
  address: string;
  /** Of the application that it is, or that it is a deployment of. */
  application: string;
  /** Whether whoever holds the link may open it. */
  signed: boolean;
  reply: Reply;
  /** What this person may do about it. */
  actions: Action[];
}

interface Reader {
  deps: Deps;
  read: Dispatcher['read'];
  /** Undefined for somebody whose account is not linked. */
  user: User | undefined;
}

/** Undefined when there is nothing behind the link, or nothing that the person sees. */
export async function readLinked(link: PageLink, reader: Reader): Promise<Linked | undefined> {
  try {
    return await (link.kind === 'deployment' ? readDeploymentLink(link, reader) : readApplicationLink(link, reader));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Whoever holds a signed link may open its page; anybody else has to see the deployment. */
async function readDeploymentLink(link: PageLink, { deps, read, user }: Reader): Promise<Linked | undefined> {
  const { id } = link;
  const signed = link.signature !== '' && verifyDeploymentLink(deps, link);
  const mayChange = user && (await rightsOf(deps, user, id));
  if (!signed && mayChange === undefined) return undefined;
  const view = await readDeploymentView(deps, id);
  if (!view) return undefined;
  const reply = deploymentReply(view);
  const offered = reply.actions ?? [];
  return {
    kind: 'deployment',
    id,
    address: pageAddress(link, deps.config.publicUrl),
    application: view.deployment.application.id,
    signed,
    reply: { ...reply, actions: [] },
    actions: user && mayChange !== undefined ? permittedActions(read, offered, { user, mayChange }) : [],
  };
}

/** Whether the person may change what was deployed; undefined when they do not see it. */
async function rightsOf(deps: Deps, user: User, id: string): Promise<boolean | undefined> {
  try {
    const { application } = await readDeployment(deps, user, id);
    const { database } = deps;
    return await database
      .asUser(user.id)
      .transactional((em) => hasProjectAccess(em, application.project, user, 'change'));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function readApplicationLink(link: PageLink, { deps, read, user }: Reader): Promise<Linked | undefined> {
  if (!user) return undefined;
  const details = await readApplication(deps, user, link.id);
  const { services, waitsFor } = details.tasks ?? {};
  const { mayChange } = details;
  return {
    kind: 'application',
    id: link.id,
    address: pageAddress(link, deps.config.publicUrl),
    application: link.id,
    signed: false,
    reply: applicationReply({ ...details, services, waitsFor }, details.scheduled),
    actions: permittedActions(read, applicationActions(details).head, { user, mayChange }),
  };
}
