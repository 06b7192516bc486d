import { readOverview } from '../../usecases/overview/read-overview.ts';
import { visibleNames } from '../../usecases/overview/visible-names.ts';
import type { Assistant } from './assistant.ts';
import type { Ship } from './call-tool.ts';

/** So many as the protocol allows. */
const most = 100;

/** Values of an argument of a prompt or a resource, of what the person sees: those that begin with the text first. */
export async function completeArgument(
  ship: Ship,
  assistant: Assistant,
  { given, name, of, value }: { of: 'prompt' | 'resource'; name: string; value: string; given: Record<string, string> },
): Promise<{ values: string[]; total: number; hasMore: boolean }> {
  const typed = value.toLowerCase();
  const all = await valuesOf(ship, assistant, { name, of, given });
  const holding = [...new Set(all)].filter((one) => one.toLowerCase().includes(typed));
  const isBeginning = (one: string) => one.toLowerCase().startsWith(typed);
  const values = [...holding.filter(isBeginning), ...holding.filter((one) => !isBeginning(one))];
  return { values: values.slice(0, most), total: values.length, hasMore: values.length > most };
}

async function valuesOf(
  { deps, dispatcher }: Ship,
  { user }: Assistant,
  { given, name, of }: { of: 'prompt' | 'resource'; name: string; given: Record<string, string> },
): Promise<string[]> {
  if (name === 'project') return visibleNames(deps, user, 'project');
  if (name === 'command') return dispatcher.commands.flatMap((one) => one.name.split(' ')[0] ?? []);
  if (name === 'deployment') {
    const { ended, running } = await readOverview(deps, user);
    return [...running, ...ended].map(({ id }) => id.slice(0, 8));
  }
  if (name !== 'application') return [];
  const names = await visibleNames(deps, user, 'application');
  if (of === 'prompt') return names;
  // In an address, the project is a part of its own.
  const { project } = given;
  return names
    .map((one) => one.split('/'))
    .flatMap(([owner, one]) => (one && (!project || owner === project) ? [one] : []));
}
