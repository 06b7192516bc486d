import type { User } from '../entities/user.ts';
import type { UserError } from '../errors.ts';
import { recordAudit } from '../usecases/record-audit.ts';
import type { Deps } from '../usecases/deps.ts';
import { actor, type Origin } from '../usecases/origin.ts';
import type { Command } from './command.ts';
import type { KnownRequest } from './command-request.ts';

interface Asker {
  user: User;
  origin: Origin;
}

/** One audit row for a read-only command, with its input, which holds no secrets. */
export async function recordRead(
  deps: Pick<Deps, 'database'>,
  { command, input }: { command: Command; input: object },
  { user, origin }: Asker,
): Promise<void> {
  await record(deps, user, origin, 'command.run', { command: command.name, input });
}

/** One audit row for a refused command, without its input: that may hold a secret. */
export async function recordRefused(
  deps: Pick<Deps, 'database'>,
  { command }: KnownRequest,
  { user, origin, error }: Asker & { error: UserError },
): Promise<void> {
  await record(deps, user, origin, 'command.refused', { command: command.name, why: error.name });
}

async function record(
  { database }: Pick<Deps, 'database'>,
  user: User,
  origin: Origin,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await database.asUser(user.id).transactional(async (em) =>
    recordAudit(em, {
      ...actor(user, origin),
      action,
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'command', platform: origin.platform, ...details },
    }),
  );
}
