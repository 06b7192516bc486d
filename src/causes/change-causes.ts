import { allOf } from '../word-lists.ts';
import type { Cause } from './find-causes.ts';

/** What is different from the last deployment that succeeded, and where the tasks may run. Names only. */
export interface Changes {
  /** Number of commits since then (0: none, or not known). */
  commits: number;
  /** The commit that succeeded last. */
  from?: string | undefined;
  variablesSet: string[];
  variablesUnset: string[];
  settings: string[];
  /** Nodes that take no tasks, and why, e.g. ``node `host-2` is down``. */
  nodes: string[];
}

/** Named in one sentence. */
const mostNames = 5;

/** What the changes make likely, the most likely first: a variable that is gone, a setting, the code, a node. */
export function changeCauses(changes: Changes, app: string): Cause[] {
  const { commits, from, nodes, settings, variablesSet, variablesUnset } = changes;
  const [gone] = variablesUnset;
  return [
    ...(gone === undefined
      ? []
      : [
          made(
            'variable-unset',
            `since the last success, ${named(variablesUnset)} ${were(variablesUnset)} unset`,
            'Set it again',
            `env set ${app} ${gone} --secret`,
          ),
        ]),
    ...(settings.length === 0
      ? []
      : [
          made(
            'setting-changed',
            `since the last success, the settings ${named(settings)} changed`,
            'Compare them',
            `app show ${app}`,
          ),
        ]),
    ...(variablesSet.length === 0
      ? []
      : [
          made(
            'variable-set',
            `since the last success, ${named(variablesSet)} ${were(variablesSet)} changed`,
            'Check the values',
            `env list ${app}`,
          ),
        ]),
    ...(commits === 0 || from === undefined
      ? []
      : [
          made(
            'commits',
            `${commits === 1 ? 'the commit' : `one of the ${commits} commits`} since ${from.slice(0, 7)}, the last success, broke it`,
            'Go back while you look',
            `rollback ${app}`,
          ),
        ]),
    ...(nodes.length === 0 ? [] : [made('nodes', nodes.slice(0, mostNames).join(', '), 'See the nodes', 'node list')]),
    made('unknown', 'something that only its output tells', 'Read all of it', `logs ${app} --build`),
  ];
}

function made(id: string, cause: string, advice: string, command: string): Cause {
  return { id, cause, mend: `${advice}: \`${command}\``, command, certain: false };
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, mostNames);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.map((name) => `\`${name}\``).join(', ')} and ${more} more` : allOf(shown);
}

function were(names: readonly string[]): string {
  return names.length === 1 ? 'was' : 'were';
}
