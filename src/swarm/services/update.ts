import type Docker from 'dockerode';
import { isDeepStrictEqual } from 'node:util';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { RegistryLogin } from '../images/credentials.ts';
import { isNameTaken, reasonOf } from '../engine-errors.ts';
import { inspectService } from './inspect.ts';
import { isSatisfied, mergeSpec } from './merge-spec.ts';
import type { EngineSpec } from './service-spec.ts';

/** Swarm itself moves the version on during a roll-out; so often the update is made again from the newest. */
const attempts = 10;

/** Creates the service or updates it from the version just seen; does nothing when it is as wanted. */
export async function createOrUpdate(
  docker: Docker,
  wanted: EngineSpec,
  { force, login }: { force: boolean; login: RegistryLogin | undefined },
): Promise<void> {
  const before = await inspectService(docker, wanted.Name);
  if (!before && (await create(docker, wanted, login))) return;
  const change = ({ Spec = {}, UpdateStatus }: Docker.Service) => {
    // An update that changes nothing would make Swarm forget the version before, which a rollback goes to.
    if (!force && !isUnsettled(UpdateStatus) && isSatisfied(Spec, wanted)) return undefined;
    return mergeSpec(Spec, wanted, force);
  };
  await update(docker, wanted.Name, change, { login });
}

/** Whether an update would bring back what Swarm has taken away, or stopped half-way. */
function isUnsettled(status: Docker.UpdateStatus | undefined): boolean {
  return status?.State === 'paused' || status?.State?.startsWith('rollback') === true;
}

/** False when a concurrent request created it first. */
async function create(docker: Docker, wanted: EngineSpec, login: RegistryLogin | undefined): Promise<boolean> {
  try {
    await (login ? docker.createService(login, wanted) : docker.createService(wanted));
    return true;
  } catch (error) {
    if (isNameTaken(error)) return false;
    throw error;
  }
}

/**
 * Updates by optimistic lock: the Engine refuses an update made from a stale version.
 * `change` answers the new spec, or undefined to leave it as it is.
 * @throws {ConflictError} when somebody else changed the spec in between.
 */
export async function update(
  docker: Docker,
  name: string,
  change: (service: Docker.Service) => Docker.ServiceSpec | undefined,
  { query = {}, login }: { query?: Record<string, string>; login?: RegistryLogin | undefined } = {},
): Promise<void> {
  const first = await requireService(docker, name);
  let present = first;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const spec = change(present);
    if (!spec) return;
    try {
      // In the body only: an address ends up in logs, and the spec holds the environment.
      const _query = { ...query, version: present.Version?.Index };
      // Without a login Swarm keeps the one that the service has.
      const options = { _query, _body: spec, ...(login && { authconfig: login }) };
      await docker.getService(present.ID).update(options);
      return;
    } catch (error) {
      if (!/out of sequence/.test(reasonOf(error))) throw error;
    }
    present = await requireService(docker, name);
    if (!isDeepStrictEqual(present.Spec, first.Spec)) break;
  }
  throw new ConflictError('Another change of the service came first. Check `status`, then try again.');
}

async function requireService(docker: Docker, name: string): Promise<Docker.Service> {
  const service = await inspectService(docker, name);
  if (service) return service;
  throw new NotFoundError('The application does not run: it has no service yet. Deploy it first.');
}
