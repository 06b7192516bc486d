import type { SwarmNode } from '../../swarm/swarm.ts';
import { defineCommand } from '../command.ts';

export const nodeList = defineCommand({
  name: 'node list',
  summary: 'List the nodes of the swarm and their state',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps }) {
    const nodes = await deps.swarm.nodes();
    const lost = nodes.filter(({ state }) => state !== 'ready').length;
    return {
      tone: lost > 0 ? 'danger' : 'info',
      title: 'Nodes',
      text:
        lost > 0
          ? `${lost} of ${nodes.length} ${lost === 1 ? 'does' : 'do'} not answer.`
          : nodes.length === 1
            ? 'It answers.'
            : `All ${nodes.length} answer.`,
      table: {
        columns: ['Node', 'Role', 'State', 'Takes tasks', 'Tasks', 'Address', 'Engine'],
        rows: nodes.map((node) => [
          node.hostname,
          node.leader ? `${node.role}, leads` : node.role,
          node.message ? `${node.state}: ${node.message}` : node.state,
          takesTasks[node.availability],
          String(node.tasks),
          node.address,
          node.engineVersion,
        ]),
      },
      data: nodes,
    };
  },
});

const takesTasks: Record<SwarmNode['availability'], string> = {
  active: 'yes',
  pause: 'no new ones',
  drain: 'none',
};
