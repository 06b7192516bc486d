import { z } from 'zod';
import { shellWords } from './shell-words.ts';

/** Accepts a short form, which `expand` turns into the long one. Reports its errors at the value's position. */
export function shortOr<T extends z.ZodType>(expand: (text: string) => unknown, schema: T) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    try {
      return expand(String(value));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  }, schema);
}

/** `80`, `80/tcp`; what would publish a port of the host is refused with what to write instead. */
export function expandPort(text: string): unknown {
  const [ports = '', protocol = 'tcp'] = text.split('/');
  const [target = '', published, ...more] = ports.split(':').reverse();
  if (/-/.test(ports)) throw new Error(`\`${text}\`: list the ports of a range one by one`);
  if (published !== undefined || more.length > 0) {
    throw new Error(
      `\`${text}\` would publish a host port. Visitors come through the ingress: write \`${target}\` and ` +
        `\`app set <app> service=<service> port=${target}\`; to publish it on the nodes anyway, use ` +
        '`target`, `published` and `mode: host`',
    );
  }
  return { target, protocol };
}

/** `data:/var/lib/data`, `data:/var/lib/data:ro`. */
export function expandVolume(text: string): unknown {
  const [source = '', target, mode, ...more] = text.split(':');
  if (target === undefined) return { type: 'volume', target: source };
  if (more.length > 0) throw new Error(`\`${text}\` is not \`volume:/path\` or \`volume:/path:ro\``);
  const type = /^[./~\\]/.test(source) ? 'bind' : 'volume';
  const modes = mode?.split(',') ?? [];
  const unknown = modes.find((one) => !['ro', 'rw', 'z', 'Z', 'nocopy'].includes(one));
  if (unknown !== undefined) throw new Error(`\`${text}\`: \`${unknown}\` is not supported; \`ro\` and \`rw\` are`);
  return { type, source, target, read_only: modes.includes('ro') };
}

/** `/run`, `/run:size=64m`. */
export function expandTmpfs(text: string): unknown {
  const [target, options = ''] = text.split(':');
  const size = /^size=([\w.]+)$/.exec(options)?.[1];
  if (options && !size) throw new Error(`\`${text}\`: a tmpfs only takes \`size=\``);
  return { type: 'tmpfs', target, ...(size && { tmpfs: { size } }) };
}

/** Of words and numbers; anything else in it is for the schema to refuse. */
function isList(value: unknown): value is (string | number | boolean)[] {
  return Array.isArray(value) && value.every((entry) => entry !== null && typeof entry !== 'object');
}

/** A list of `KEY=VALUE` and `KEY`, or a map: always a map, in which null stands for a key alone. */
export function mapOrList<T extends z.ZodType>(schema: T, separator = '=') {
  return z.preprocess((value) => {
    if (!isList(value)) return value;
    return Object.fromEntries(
      value.map((entry) => {
        const text = String(entry);
        const at = text.indexOf(separator);
        return at === -1 ? [text, null] : [text.slice(0, at).trim(), text.slice(at + separator.length)];
      }),
    );
  }, schema);
}

/** A list of names, or a map by name. */
export function namesOr<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (isList(value) ? Object.fromEntries(value.map((one) => [String(one), null])) : value),
    schema,
  );
}

export function oneOrMany<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (value === null || value === undefined || Array.isArray(value) ? value : [value]),
    z.array(schema),
  );
}

/** A list of words, or a line that is split as a shell does. */
export const command = shortOr(shellWords, z.array(z.coerce.string()).nullable());
