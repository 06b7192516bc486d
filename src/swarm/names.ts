import { createHash } from 'node:crypto';

/** A DNS label, and so a service name, has at most 63 characters. */
const maxLength = 63;
const hashLength = 8;

/** e.g. `shop-api-1f3a9c02`: readable, and unique because of the hash of the application's id. */
export function serviceName(project: string, application: string, applicationId: string): string {
  return unique(`${project}-${application}`, applicationId);
}

/** e.g. `shop-crm-web-5b7e02aa`: a service, a network or a volume of a stack, by its name in the compose file. */
export function stackResourceName(project: string, application: string, applicationId: string, name: string): string {
  return unique(`${project}-${application}-${name}`, `${applicationId}\0${name}`);
}

/** e.g. `shop-api-release-9d03b1f7`: the service of one task beside an application, named after what it runs for. */
export function oneOffName(project: string, application: string, purpose: OneOffPurpose, id: string): string {
  return unique(`${project.slice(0, 20)}-${application.slice(0, 20)}-${purpose}`, `${purpose}\0${id}`);
}

export type OneOffPurpose = 'release' | 'run';

/** e.g. `shop-7be1d2c4`: the overlay network of a project. */
export function networkName(project: string, projectId: string): string {
  return unique(project, projectId);
}

/**
 * e.g. `shop-uploads-4c0de9a1`: the Docker volume behind a volume's row. The hash keeps applications from reaching
 * volumes that are not theirs by naming them; another type or driver is another volume, as Docker cannot change one.
 */
export function volumeName(
  { name, type, options }: { name: string; type: string; options: Record<string, string> },
  applicationId: string,
): string {
  const identity = [applicationId, name, type, ...Object.entries(options).sort().flat()].join('\0');
  return unique(name, identity);
}

/** What is built: an application, or a service of its stack as `<application>-<service>`. */
export interface BuiltName {
  project: string;
  name: string;
  applicationId: string;
}

/**
 * e.g. `shipmate/shop-api-1f3a9c02:3f2c…` or, with a registry, `registry.example.com:5000/shop-api-1f3a9c02:3f2c…`.
 * Unique because of the hash: `shop`/`a-b` and `shop-a`/`b` read alike.
 */
export function builtImageReference(registry: string | undefined, built: BuiltName, tag: string): string {
  const { applicationId, name, project } = built;
  return `${imagePrefix(registry)}/${unique(`${project}-${name}`, `${applicationId}\0${name}`)}:${tag}`;
}

/** Name prefix of built images, without a trailing slash. */
export function imagePrefix(registry: string | undefined): string {
  return registry?.replace(/^https?:\/\//, '').replace(/\/+$/, '') ?? 'shipmate';
}

/** Whether a reference has the form of images built by Shipmate. */
export function isBuiltImage(registry: string | undefined, image: string): boolean {
  const name = splitDigest(image).tag.replace(/^(index\.)?docker\.io\//, '');
  if (name.startsWith('shipmate/')) return true;
  const prefix = `${imagePrefix(registry)}/`;
  return name.startsWith(prefix) && /^[a-z0-9-]+-[0-9a-f]{8}(:|$)/.test(name.slice(prefix.length));
}

/** e.g. `registry.example.com:5000`; `docker.io` for a reference that names none. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** Name and tag of an image without its digest, and the digest, e.g. `sha256:9f86…`, if it has one. */
export function splitDigest(image: string): { tag: string; digest: string | undefined } {
  const [tag = image, digest] = image.split('@', 2);
  return { tag, digest };
}

/** Name of the Swarm secret with this value: another value is another secret, as Swarm secrets cannot change. */
export function secretName(service: string, key: string, value: string): string {
  return unique(service, `${service}\0${key}\0${value}`, 24);
}

function unique(readable: string, identity: string, length = hashLength): string {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, length);
  const room = maxLength - length - 1;
  return `${slug(readable).slice(0, room).replace(/-+$/, '')}-${hash}`;
}

/** Starts with a letter, like DNS and repository names; `x` if nothing else is left. */
function slug(text: string): string {
  const dashed = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return /^[a-z]/.test(dashed) ? dashed : `x${dashed && '-'}${dashed}`;
}
