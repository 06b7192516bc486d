import { didYouMean } from '../../../closest-name.ts';
import { UserError } from '../../../errors.ts';
import type { DeploymentContext } from './deployment-context.ts';

/** Most variables that one error names. */
const mostNamed = 5;

/**
 * Nothing is built or run with `${shared.NAME}` in place of its value.
 * @throws {UserError} with the closest name and the commands that mend it.
 */
export function requireShared({ deployment, environment: { unresolved } }: DeploymentContext): void {
  const [first] = unresolved;
  if (!first) return;
  const { application } = deployment;
  const [owner, option] = application.sourceConfig.preview
    ? [application.sourceConfig.preview.of, ' --preview']
    : [application.name, ''];
  const project = application.project.name;
  const lines = unresolved.slice(0, mostNamed).map(({ key, why }) => `\`${key}\` cannot be filled in: ${why}`);
  const more = unresolved.length > mostNamed ? [`And ${unresolved.length - mostNamed} more.`] : [];
  const share = first.missing === undefined ? '' : `, or share it: \`${shareLine(project, first.missing)}\``;
  const mend = `Change the variable: \`env set ${project}/${owner} ${first.key}=<value>${option}\`${share}.`;
  throw new UserError([...lines, ...more, mend].join('\n'));
}

/**
 * The same for what a compose file or an env file of it names itself, as `shared.NAME`.
 * @throws {UserError}
 */
export function requireSharedIn(file: string, missing: readonly string[], context: DeploymentContext): void {
  const [first] = missing;
  if (first === undefined) return;
  const { deployment, environment } = context;
  const wanted = nameOfShared(first);
  const hint = didYouMean(wanted, Object.keys(environment.shared).map(nameOfShared), '');
  throw new UserError(
    [
      `${file} refers to \`\${${first}}\`, which is not set.`,
      hint,
      `Share it: \`${shareLine(deployment.application.project.name, wanted)}\`.`,
    ]
      .filter(Boolean)
      .join(' '),
  );
}

/** `NAME` of `shared.NAME`. */
export function nameOfShared(name: string): string {
  return name.slice('shared.'.length);
}

function shareLine(project: string, name: string): string {
  return `shared set ${project} ${name}=<value>`;
}
