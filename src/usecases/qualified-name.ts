import { NotFoundError, UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { closestName, didYouMean } from '../closest-name.ts';

/** Most names of the same resource in an error. */
export const mostNamed = 20;

/** A resource of a project; the project has to be loaded. */
interface OfProject {
  name: string;
  project: { name: string };
}

/** Its full name, e.g. `shop/api`. */
export function qualifiedName({ name, project }: OfProject): string {
  return `${project.name}/${name}`;
}

/** Parses `project/name` or `name`; undefined when the text is neither. */
export function readQualifiedName(text: string): { name: string; project?: { name: string } } | undefined {
  const [first = '', second, ...more] = text.trim().toLowerCase().split('/');
  if (more.length > 0) return undefined;
  return second === undefined ? { name: first } : { name: second, project: { name: first } };
}

interface Kind {
  noun: 'application' | 'database';
  /** The command that lists them. */
  list: string;
  /** Visible candidates with their projects, for suggestions. */
  visible(): Promise<OfProject[]>;
}

/**
 * The only match of a name.
 * @throws {NotFoundError} with the nearest name; {UsageError} when the name is ambiguous.
 */
export async function requireOne<T extends OfProject>(name: string, found: T[], kind: Kind): Promise<T> {
  const [one, other] = found;
  if (one && !other) return one;
  if (one) {
    const names = found.slice(0, mostNamed).map((each) => `\`${qualifiedName(each)}\``);
    const more = found.length > mostNamed ? ' and more' : '';
    throw new UsageError(
      `More than one project has ${quoted(name)}: ${names.sort().join(', ')}${more}. Use one of these names.`,
    );
  }
  const visible = await kind.visible();
  const inProject = visible.find(({ project }) => project.name === name.toLowerCase());
  if (inProject)
    throw new NotFoundError(
      `There is no ${kind.noun} ${quoted(name)}: that is a project. Write e.g. \`${qualifiedName(inProject)}\`.`,
    );
  const names = visible.map(qualifiedName);
  const short = visible.map((each) => each.name);
  const byShortName = names[short.indexOf(closestName(name, short) ?? '')];
  const hint = didYouMean(
    name,
    names,
    byShortName ? `Did you mean \`${byShortName}\`?` : `\`${kind.list}\` shows those you see.`,
  );
  throw new NotFoundError(`There is no ${kind.noun} ${quoted(name)}. ${hint}`);
}
