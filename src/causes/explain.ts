import type { DeploymentFailure } from '../entities/deployment-failure.ts';
import { type About, type Cause, findCauses, isKnown } from './find-causes.ts';

/** Of a line that is quoted in a sentence, characters. */
const maxQuoted = 200;

/** Why a deployment failed, in the words of its message. */
export interface Explanation {
  /** A clause, e.g. ``the variable `STRIPE_KEY` is not set``; undefined when nothing is known. */
  cause: string | undefined;
  /** A sentence with the command that mends it. */
  mend: string | undefined;
  /** All causes by the rules, the most likely first. */
  causes: Cause[];
}

/** The most likely cause; without one the line that tells most, and without such a line what the task reports. */
export function explain(failure: DeploymentFailure, about: About, error?: string): Explanation {
  const causes = findCauses(failure, about, error);
  const [first] = causes;
  const [told = ''] = failure.key_lines ? (failure.lines ?? []) : [];
  // Another line that a rule knows may be a warning: the one that tells most goes first.
  if (first && (first.certain || told === '' || isKnown(told)))
    return { cause: first.cause, mend: `${first.mend}.`, causes };
  return { cause: ownWords(failure), mend: undefined, causes };
}

function ownWords({ check_output: output, errors = [], key_lines: telling = 0, lines = [] }: DeploymentFailure) {
  const [reported] = errors;
  if (telling > 0 && lines[0]) return `${quote(lines[0])}${reported === undefined ? '' : ` (${reported})`}`;
  if (reported === 'its health check kept failing' && output) {
    return `${reported}: ${quote(output.split('\n').at(-1) ?? '')}`;
  }
  return reported;
}

function quote(line: string): string {
  const text = line.trim().replaceAll('`', "'");
  return `\`${text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text}\``;
}
