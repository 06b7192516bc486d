import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import { statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { secretName } from '../names.ts';
import type { ServiceSpec } from '../swarm.ts';

/** Swarm's limit for the value of a secret, bytes. */
const maxBytes = 500 * 1024;

/** Creates missing Swarm secrets; key → the secret with its value. */
export async function ensureSecrets(docker: Docker, { name, secretFiles }: Pick<ServiceSpec, 'name' | 'secretFiles'>) {
  const wanted = Object.entries(secretFiles);
  const resolved: Record<string, { id: string; name: string }> = {};
  if (wanted.length === 0) return resolved;
  const present = await secretsOf(docker, name);
  for (const [key, value] of wanted) {
    const secret = secretName(name, key, value);
    const id = present.find(({ Spec }) => Spec?.Name === secret)?.ID ?? (await create(docker, name, key, value));
    resolved[key] = { id, name: secret };
  }
  return resolved;
}

/** Removes the service's secrets that neither its spec nor the one before uses. Without a service: all of them. */
export async function removeUnusedSecrets(docker: Docker, service: string, present?: Docker.Service): Promise<void> {
  const used = new Set([present?.Spec, present?.PreviousSpec].flatMap(secretIds));
  for (const { ID } of await secretsOf(docker, service)) {
    if (!used.has(ID)) await docker.getSecret(ID).remove().catch(unlessInUse);
  }
}

function secretIds(spec: Docker.ServiceSpec | undefined): string[] {
  const template: Docker.ContainerTaskSpec | undefined = spec?.TaskTemplate;
  return (template?.ContainerSpec?.Secrets ?? []).flatMap(({ SecretID }) => SecretID ?? []);
}

async function secretsOf(docker: Docker, service: string): Promise<Docker.Secret[]> {
  return docker.listSecrets({ filters: { label: [`${labelKeys.service}=${service}`] } });
}

async function create(docker: Docker, service: string, key: string, value: string): Promise<string> {
  const data = Buffer.from(value);
  if (data.length === 0 || data.length >= maxBytes) {
    throw new UserError(
      `The secret ${key} cannot be mounted as a file: Swarm secrets hold 1 byte to 500 KiB, this one has ${data.length} bytes. Change it, or unset it.`,
    );
  }
  const secret: { id: string } = await docker.createSecret({
    Name: secretName(service, key, value),
    Labels: { [labelKeys.managed]: 'true', [labelKeys.service]: service },
    Data: data.toString('base64'),
  });
  return secret.id;
}

/** Ignores secrets that are gone, or still held by an ending task; the next roll-out removes those. */
function unlessInUse(error: unknown): void {
  if (![400, 404].includes(statusOf(error) ?? 0)) throw error;
}
