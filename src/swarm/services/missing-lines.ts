import type { EngineNode } from './nodes.ts';

const reasons = 'some logs could not be retrieved for the following reasons: ';

/** Why lines are missing, with the nodes by their names: the Engine names them by id, and all in one line. */
export function missingLines(
  said: readonly string[],
  nodes: readonly Pick<EngineNode, 'ID' | 'Description'>[],
): string[] {
  const all = said.flatMap((line) =>
    line.slice(line.indexOf(reasons) === -1 ? 0 : line.indexOf(reasons) + reasons.length).split(', '),
  );
  return [...new Set(all.map((reason) => worded(reason, nodes)))];
}

function worded(reason: string, nodes: Parameters<typeof missingLines>[1]): string {
  const [, away] = /^node (\w+) is not available$/.exec(reason) ?? [];
  const [, lost] = /^node (\w+) disconnected unexpectedly$/.exec(reason) ?? [];
  const [, waiting] = /^task (\w+) has not been scheduled$/.exec(reason) ?? [];
  if (away !== undefined) return `node \`${nameOf(away, nodes)}\` is not available`;
  if (lost !== undefined) return `node \`${nameOf(lost, nodes)}\` disconnected while it was read`;
  if (waiting !== undefined) return 'a task waits for a node';
  return reason;
}

function nameOf(id: string, nodes: Parameters<typeof missingLines>[1]): string {
  return nodes.find(({ ID }) => ID === id)?.Description?.Hostname ?? id;
}
