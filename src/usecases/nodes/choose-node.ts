import type { SwarmNode } from '../../swarm/swarm.ts';

/** The schedulable node with the fewest tasks that satisfies the constraints; undefined when none does. */
export function chooseNode(nodes: readonly SwarmNode[], constraints: readonly string[]): SwarmNode | undefined {
  return fittingNodes(nodes, constraints).sort((one, other) => one.tasks - other.tasks)[0];
}

/** The schedulable nodes that satisfy the constraints. */
export function fittingNodes(nodes: readonly SwarmNode[], constraints: readonly string[]): SwarmNode[] {
  return nodes.filter(
    (node) =>
      node.state === 'ready' && node.availability === 'active' && constraints.every((one) => fulfils(node, one)),
  );
}

/** Constraints that cannot be evaluated here (platform, Engine labels) are left to Swarm. */
function fulfils(node: SwarmNode, constraint: string): boolean {
  const [, key = '', operator, value] = /^\s*(\S+?)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? [];
  const actual = attributeOf(node, key);
  if (operator === undefined || actual === undefined) return true;
  return (actual === value) === (operator === '==');
}

function attributeOf(node: SwarmNode, key: string): string | undefined {
  if (key === 'node.id') return node.id;
  if (key === 'node.hostname') return node.hostname;
  if (key === 'node.role') return node.role;
  return key.startsWith('node.labels.') ? (node.labels[key.slice('node.labels.'.length)] ?? '') : undefined;
}
