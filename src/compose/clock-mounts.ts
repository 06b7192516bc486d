import { allOf } from '../word-lists.ts';
import type { ComposeStack } from './compose-stack.ts';

/** Files of a node by which a container gets its time zone, as files for Compose often have it. */
const clocks = ['/etc/localtime', '/etc/timezone'];

/**
 * The stack without the mounts of the node's time zone that an admin has not allowed, and what to do instead. Nodes may
 * differ in their zone, and some lack one of the files, where Swarm would refuse the task.
 */
export function withoutClocks(stack: ComposeStack, granted: readonly string[]): ComposeStack {
  const left = clocks.filter((path) => !granted.includes(`path:${path}`));
  const without = stack.services.filter(({ hostPaths }) => hostPaths.some(({ source }) => left.includes(source)));
  if (without.length === 0) return stack;
  const found = left.filter((path) => without.some(({ hostPaths }) => hostPaths.some(({ source }) => source === path)));
  const services = stack.services.map((service) => ({
    ...service,
    hostPaths: service.hostPaths.filter(({ source }) => !left.includes(source)),
  }));
  const warning =
    `${allOf(found)} of ${allOf(without.map(({ name }) => `services.${name}`))} ${found.length === 1 ? 'is' : 'are'} left out: ` +
    'nodes may differ in their time zone. Set one with the variable `TZ` under `environment`, e.g. `TZ: Europe/Berlin`.';
  return {
    ...stack,
    services,
    needs: stack.needs.filter(({ grant }) => !left.some((path) => grant === `path:${path}`)),
    warnings: [...stack.warnings, warning],
  };
}
