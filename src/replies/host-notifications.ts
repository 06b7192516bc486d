import type { Fact } from '../entities/notification-facts.ts';
import { formatDuration, formatHours } from '../units/durations.ts';
import { formatSize } from '../units/sizes.ts';
import type { Action, Reply } from './reply.ts';

const showNodes: Action = { label: 'Nodes', command: 'node list' };

export function nodeLost({ address, managers, message, node, tasks, waiting }: Fact<'node-lost'>): Reply {
  return {
    tone: 'danger',
    title: `Node ${node} is lost`,
    text: [
      `${address} is not responding${message === null ? '' : `: ${message}`}.`,
      tasksMoved(tasks),
      ...(waiting.length > 0 ? [`Waiting for it, since their data is there: ${waiting.join(', ')}.`] : []),
      ...(managers ? [quorum(managers)] : []),
    ].join('\n'),
    actions: [showNodes],
  };
}

export function nodeBack({ awaySeconds, node }: Fact<'node-back'>): Reply {
  return {
    tone: 'success',
    title: `Node ${node} is back`,
    text: `It responds again after ${formatDuration(Math.max(60, awaySeconds) * 1_000)}. Tasks stay where they are until the next deployment or restart.`,
    actions: [showNodes],
  };
}

export function diskFilling(fact: Fact<'disk-filling'>): Reply {
  const { disk, freeBytes, fullInDays, host, isFast, level, path, usedPercent } = fact;
  const fills = isFast && fullInDays !== null ? `fills up: full in about ${formatHours(fullInDays * 24)}` : undefined;
  return {
    tone: level,
    title: `The disk of ${host} ${fills ?? `is ${usedPercent} % full`}`,
    text: [
      fills === undefined
        ? `${disk} (${path}): ${formatSize(freeBytes)} free${soon(fact)}.`
        : `${disk} (${path}): ${usedPercent} % full, ${formatSize(freeBytes)} free, by the growth of the last hour.`,
      '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
    ].join('\n'),
    actions: [{ label: 'Free up space', command: 'schedule run retention' }],
  };
}

export function diskFreed({ disk, freeBytes, host, path }: Fact<'disk-freed'>): Reply {
  return {
    tone: 'success',
    title: `The disk of ${host} has space again`,
    text: `${disk} (${path}): ${formatSize(freeBytes)} free.`,
  };
}

function tasksMoved(tasks: number): string {
  if (tasks === 0) return 'No tasks ran there.';
  return (
    `${tasks} ${tasks === 1 ? 'task' : 'tasks'} ran there. Swarm restarts them on other nodes, except those whose volumes ` +
    'are on this one.'
  );
}

/** Raft: more than half of the managers decide. */
function quorum({ all, answering }: { all: number; answering: number }): string {
  const needed = Math.floor(all / 2) + 1;
  return `${answering} of ${all} managers are responding; the swarm accepts changes with ${needed} or more.`;
}

function soon({ fullInDays }: Fact<'disk-filling'>): string {
  return fullInDays === null ? '' : `, full in about ${formatDuration(fullInDays * 86_400_000)} at this rate`;
}
