import type { DeploymentFailure } from '../entities/deployment-failure.ts';
import { formatSize } from '../units/sizes.ts';
import { keyLines, maxLooked } from './key-lines.ts';
import type { Rule, Source } from './rule.ts';
import { rules } from './rules.ts';

/** Of a failed deployment, what the words of a cause are filled with. */
export interface About {
  /** e.g. `shop/api` */
  app: string;
}

/** A likely cause of a failure. */
export interface Cause {
  /** Of the rule. */
  id: string;
  /** A clause, e.g. ``the variable `STRIPE_KEY` is not set``. */
  cause: string;
  /** What mends it, with the command. */
  mend: string;
  command: string;
  /** It is the cause, whatever else was printed. */
  certain: boolean;
}

/** Whether a rule explains the line. */
export function isKnown(line: string): boolean {
  return matching('output', line) !== undefined;
}

/** The places of the lines that say what went wrong, the most telling first; at most six. */
export function tellingLines(lines: readonly string[]): number[] {
  return keyLines(lines, isKnown);
}

/**
 * The causes of a failure by the table of rules, the most likely first.
 * @param error Shipmate's own sentence, e.g. of a failed build.
 */
export function findCauses(failure: DeploymentFailure, about: About, error = ''): Cause[] {
  const texts: [Source, readonly string[]][] = [
    ['output', (failure.lines ?? []).slice(0, failure.key_lines ?? 0)],
    ['check', failure.check_output === undefined ? [] : [failure.check_output]],
    ['task', failure.errors ?? []],
    ['error', error.split('\n')],
  ];
  const found = texts.flatMap(([source, all]) =>
    all.flatMap((text) => {
      const match = matching(source, text);
      const cause = match && causeOf(match, { about, failure });
      return cause ? [cause] : [];
    }),
  );
  const ordered = [...found.filter(({ certain }) => certain), ...found.filter(({ certain }) => !certain)];
  return ordered.filter(({ id }, at) => ordered.findIndex((other) => other.id === id) === at);
}

interface Match {
  id: string;
  rule: Rule;
  groups: string[];
}

function matching(source: Source, text: string): Match | undefined {
  const looked = text.slice(0, maxLooked);
  for (const [id, rule] of Object.entries(rules[source])) {
    for (const pattern of [rule.when].flat()) {
      const match = pattern.exec(looked);
      if (match) return { id, rule, groups: match.slice(1).filter((group) => group !== undefined) };
    }
  }
  return undefined;
}

/** Undefined when the application lacks what the words need. */
function causeOf({ groups, id, rule }: Match, known: { about: About; failure: DeploymentFailure }): Cause | undefined {
  const values = { ...valuesOf(known), 1: groups[0], 2: groups[1] };
  const [cause, mend] = [filled(rule.cause, values), filled(rule.mend, values)];
  if (cause === undefined || mend === undefined) return undefined;
  return { id, cause, mend, command: /`([^`]*)`$/.exec(mend)?.[1] ?? '', certain: rule.certain === true };
}

type Values = Record<string, string | undefined>;

function valuesOf({ about, failure }: { about: About; failure: DeploymentFailure }): Values {
  const { memory_limit: limit } = failure;
  return {
    app: about.app,
    ...(limit && { memory: formatSize(limit), twice: `${Math.ceil((limit * 2) / 1024 ** 2)}M` }),
  };
}

function filled(words: string, values: Values): string | undefined {
  const names = [...words.matchAll(/\{(\w{1,20})\}/g)].map(([, name = '']) => name);
  if (names.some((name) => values[name] === undefined)) return undefined;
  return words.replaceAll(/\{(\w{1,20})\}/g, (_, name: string) => values[name] ?? '');
}
