import { defineEntity, p } from '@mikro-orm/core';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';

export const swarmNodeStates = ['ready', 'lost'] as const;
export type SwarmNodeState = (typeof swarmNodeStates)[number];

/** The watcher's last view of a node, so that loss and return are notified once. */
const SwarmNodeSchema = defineEntity({
  name: 'SwarmNodeRecord',
  tableName: 'swarm_nodes',
  checks: [
    { name: 'check_swarm_node_state', expression: oneOf('state', swarmNodeStates) },
    { name: 'check_swarm_node_lost', expression: `(state = 'lost') = (lost_at is not null)` },
  ],
  policies: policiesFor('swarm_nodes', { select: isSuperAdmin }),
  properties: {
    /** Swarm's node id. */
    id: p.string().length(64).primary(),
    hostname: p.string().length(255),
    role: p.string().length(20),
    address: p.string().length(255),
    availability: p.string().length(20),
    state: p.string().$type<SwarmNodeState>().length(20).default('ready'),
    /** Tasks there when it last answered. */
    tasks: p.integer().default(0),
    /** When it last answered. */
    seenAt: p.datetime().defaultRaw('now()'),
    lostAt: p.datetime().nullable(),
    /** When a Shipmate beside it last measured its tasks; null: never. */
    measuredAt: p.datetime().nullable(),
  },
});
export class SwarmNodeRecord extends SwarmNodeSchema.class {}
SwarmNodeSchema.setClass(SwarmNodeRecord);
