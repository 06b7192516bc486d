import { z } from 'zod';
import { mapOrList } from './short-forms.ts';
import { cpus, duration, size, text, whole, yesOrNo } from './scalars.ts';

const labels = mapOrList(
  z.record(
    z
      .string()
      .refine((key) => !key.startsWith('shipmate.'), 'labels that start with `shipmate.` are reserved for Shipmate'),
    text.nullable(),
  ),
);

export { labels };

export const healthcheckSchema = z.strictObject({
  test: z.union([z.string(), z.array(text)]).optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  start_period: duration.optional(),
  start_interval: duration.optional(),
  retries: whole.optional(),
  disable: yesOrNo.optional(),
});

export const deploySchema = z.strictObject({
  mode: z
    .enum(
      ['replicated', 'global', 'replicated-job', 'global-job'],
      'must be `replicated`, `global`, `replicated-job` or `global-job`',
    )
    .optional()
    .describe('`replicated`, `global` (one task on each node), `replicated-job`, `global-job`; see “Tasks that end”'),
  replicas: whole.optional().describe('number of tasks, until `scale` changes it'),
  labels: labels.optional().describe('labels of the service'),
  resources: z
    .strictObject({
      limits: z.strictObject({ cpus: cpus.optional(), memory: size.optional(), pids: whole.optional() }).optional(),
      reservations: z.strictObject({ cpus: cpus.optional(), memory: size.optional() }).optional(),
    })
    .optional()
    .describe('`limits` (`cpus`, `memory`, `pids`) and `reservations` (`cpus`, `memory`)'),
  placement: z
    .strictObject({
      constraints: z
        .array(text.pipe(z.string().regex(/^[\w.-]+\s*(==|!=)\s*[\w.:/-]+$/, 'is not a placement constraint')))
        .optional(),
      preferences: z.array(z.strictObject({ spread: text })).optional(),
      max_replicas_per_node: whole.optional(),
    })
    .optional()
    .describe('`constraints`, `preferences`, `max_replicas_per_node`'),
  update_config: z
    .strictObject({
      parallelism: whole.optional(),
      delay: duration.optional(),
      monitor: duration.optional(),
      order: z.enum(['start-first', 'stop-first']).optional(),
    })
    .optional()
    .describe('`parallelism`, `delay`, `monitor`, `order`'),
  restart_policy: z
    .strictObject({
      // Compose takes its own words here, too.
      condition: z
        .enum(['none', 'any', 'on-failure', 'always', 'unless-stopped'], 'must be `none`, `any` or `on-failure`')
        .transform((word) => (word === 'always' || word === 'unless-stopped' ? 'any' : word))
        .optional(),
      delay: duration.optional(),
      max_attempts: whole.optional(),
      window: duration.optional(),
    })
    .optional()
    .describe('`condition` (`none`, `any`, `on-failure`), `delay`, `max_attempts`, `window`'),
});
