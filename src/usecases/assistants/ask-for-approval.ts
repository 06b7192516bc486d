import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { ApiToken } from '../../entities/api-token.ts';
import { AssistantRequest } from '../../entities/assistant-request.ts';
import { Domain } from '../../entities/domain.ts';
import { Project } from '../../entities/project.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, UserError } from '../../errors.ts';
import { findApplication } from '../applications/find-application.ts';
import { findProject } from '../access/find-project.ts';
import { findDatabase } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';
import { notificationChannel } from '../notify.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

/** How long a request waits for a person, milliseconds. */
export const requestLifetimeMs = 3_600_000;

/** Of one person, so that an assistant that loops does not fill their day. */
const mostWaiting = 20;

export type RequestDeps = Pick<Deps, 'database' | 'cipher'>;

interface Asked {
  user: User;
  origin: Origin;
  /** Id of the assistant's token. */
  token: string | undefined;
  client: string;
  command: string;
  /** For people, without what may be secret. */
  line: string;
  input: Record<string, unknown>;
  /** What the input names. */
  named: { kind: 'application' | 'database' | 'domain' | 'project'; name: string }[];
}

/**
 * Keeps what the assistant wants to change until a person has decided. The same wish while one waits is the same request, so
 * that a client that asks again after its own time limit makes no second one.
 * @throws {ConflictError} while too many wait.
 */
export async function askForApproval(deps: RequestDeps, asked: Asked): Promise<string> {
  const { client, command, line, origin, token, user } = asked;
  const input = JSON.stringify(asked.input);
  return deps.database.asUser(user.id).transactional(async (em) => {
    // One after the other, so that none is made twice.
    await executeSql(em, `select pg_advisory_xact_lock(hashtextextended('assistant_requests:' || $1, 0))`, [user.id]);
    const waiting = await em.find(AssistantRequest, { user, status: 'waiting', expiresAt: { $gt: new Date() } });
    const same = waiting.find(
      (one) => one.command === command && (one.token?.id ?? undefined) === token && inputOf(deps, one) === input,
    );
    if (same) return same.id;
    if (waiting.length >= mostWaiting) {
      throw new ConflictError(
        `${mostWaiting} requests of assistants wait for you already. Decide some: \`approve <id>\`.`,
      );
    }
    const id = randomUUID();
    const project = await projectOf(em, asked.named);
    em.create(AssistantRequest, {
      id,
      user: em.getReference(User, user.id),
      token: token === undefined ? null : em.getReference(ApiToken, token),
      project: project === undefined ? null : em.getReference(Project, project),
      client,
      command,
      line,
      input: deps.cipher.encrypt(input, identityOf(id, 'input')),
      expiresAt: new Date(Date.now() + requestLifetimeMs),
    });
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'user.assistant_request',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'assistant_request', request: id, client, command },
    });
    await executeSql(em, 'select pg_notify($1, $2)', [notificationChannel, id]);
    return id;
  });
}

/** For the `Cipher`. */
export function identityOf(id: string, column: 'input' | 'answer'): string {
  return `assistant_requests:${id}:${column}`;
}

/** The wish as JSON. */
export function inputOf(
  { cipher }: Pick<Deps, 'cipher'>,
  { id, input }: Pick<AssistantRequest, 'id' | 'input'>,
): string {
  return cipher.decrypt(input, identityOf(id, 'input'));
}

/** The one project that everything named is in; else only the person and super_admins decide. */
async function projectOf(em: EntityManager, named: Asked['named']): Promise<string | undefined> {
  const found = new Set<string | undefined>();
  for (const one of named) found.add(await projectNamed(em, one));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

async function projectNamed(em: EntityManager, { kind, name }: Asked['named'][number]): Promise<string | undefined> {
  try {
    if (kind === 'project') return (await findProject(em, name)).id;
    if (kind === 'database') return (await findDatabase(em, name)).project.id;
    if (kind === 'application') return (await findApplication(em, name)).project.id;
    return (await em.findOne(Domain, { domain: name.toLowerCase() }))?.project?.id;
  } catch (error) {
    // The command tells what is wrong with a name.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
