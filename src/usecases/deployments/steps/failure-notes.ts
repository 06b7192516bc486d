import { explain, type Explanation } from '../../../causes/explain.ts';
import { tellingLines } from '../../../causes/find-causes.ts';
import type { DeploymentFailure } from '../../../entities/deployment-failure.ts';
import { createLineRedactor } from '../../../secrets/redact-lines.ts';
import type { Redactor } from '../../../secrets/redact.ts';
import type { RolloutProgress, TaskFailure } from '../../../swarm/swarm.ts';

/** Lines of a message about a failure. */
const shownLines = 12;
/** Of each of them, characters. */
const maxShown = 400;
/** As lines of the log are cut, characters. */
const maxLine = 4_000;
/** Tasks of a service whose output is searched: in a crash loop, those that follow say the same. */
const searchedTasks = 3;
const mostErrors = 5;

/** A failed task as it may be shown. */
export interface NotedFailure extends TaskFailure {
  service: string | undefined;
  /** Places of the lines that say what went wrong, the most telling first. */
  telling: number[];
}

/** What a deployment has learned about its failure so far. */
export interface FailureNotes {
  /** Redacts what a task printed, and finds the lines that matter. */
  add(failure: TaskFailure, service?: string): NotedFailure;
  /** What is known of a service's failure, and what it means. */
  explain(last: RolloutProgress | undefined, service?: string): Explanation;
  /** What was explained last, and what mends it. */
  last(): { failure: DeploymentFailure; mend: string | undefined } | undefined;
}

/** @param app e.g. `shop/api` */
export function openFailureNotes(app: string, redact: Redactor): FailureNotes {
  const noted: NotedFailure[] = [];
  let latest: ReturnType<FailureNotes['last']>;

  function add(failure: TaskFailure, service?: string): NotedFailure {
    const lines = redactLines(redact, failure.lines);
    const searched = noted.filter((one) => one.service === service).length < searchedTasks;
    const one = { ...failure, lines, service, telling: searched ? tellingLines(lines) : [] };
    noted.push(one);
    return one;
  }

  return {
    add,
    explain(last, service) {
      const ofService = noted.filter((one) => one.service === service);
      const failure = factsOf(ofService, { last, service, redact });
      const explanation = explain(failure, { app });
      latest = { failure, mend: explanation.mend };
      return explanation;
    },
    last: () => latest,
  };
}

function redactLines(redact: Redactor, lines: readonly string[]): string[] {
  const redactor = createLineRedactor<undefined>(redact, maxLine);
  const certain = lines.flatMap((line) => redactor.add(line, undefined));
  return [...certain, ...redactor.end()].map(({ text }) => text);
}

function factsOf(
  failures: readonly NotedFailure[],
  { last, redact, service }: { last: RolloutProgress | undefined; redact: Redactor; service: string | undefined },
): DeploymentFailure {
  const newest = failures.at(-1);
  const coded = failures.findLast(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  const checked = failures.findLast(({ checkOutput }) => checkOutput !== undefined);
  const reported = (last?.taskErrors ?? []).slice(0, mostErrors).map((error) => redact(error));
  const errors = reported.length > 0 ? reported : newest ? [newest.error] : [];
  return {
    ...(service !== undefined && { service }),
    ...(errors.length > 0 && { errors }),
    ...(coded?.exitCode !== undefined && { exit_code: coded.exitCode }),
    ...(failures.some(({ outOfMemory }) => outOfMemory) && { out_of_memory: true }),
    ...(newest?.memoryLimitBytes && { memory_limit: newest.memoryLimitBytes }),
    ...(checked?.checkOutput !== undefined && { check_output: redact(checked.checkOutput) }),
    ...shown(failures),
  };
}

/** Of the newest task that says what went wrong, or else of the newest that printed anything. */
function shown(failures: readonly NotedFailure[]): Pick<DeploymentFailure, 'lines' | 'key_lines'> {
  const one =
    failures.findLast(({ telling }) => telling.length > 0) ?? failures.findLast(({ lines }) => lines.length > 0);
  if (!one) return {};
  const { lines, telling } = one;
  const rest = [...lines.keys()].filter((at) => !telling.includes(at) && lines[at] !== '');
  const last = rest.slice(-(shownLines - telling.length));
  return { lines: [...telling, ...last].map((at) => (lines[at] ?? '').slice(0, maxShown)), key_lines: telling.length };
}
