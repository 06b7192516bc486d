import { z } from 'zod';

/** “primary_actions: at most two; overflow_actions: at most five”. */
const action = z.strictObject({
  text: z.string().min(1).max(75),
  action_id: z.string().min(1).max(255),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  url: z.url().optional(),
});

const pings = /<[!@#]|@(everyone|here|channel)\b/i;
const shown = z
  .string()
  .min(1)
  .refine((text) => !pings.test(text), 'text pings');

const payload = z
  .strictObject({
    attributes: z.strictObject({
      title: z.strictObject({ text: shown }),
      display_type: z.string().min(1).optional(),
      product_name: z.string().min(1).optional(),
    }),
    custom_fields: z
      .array(
        z.strictObject({
          key: z.string().min(1),
          label: shown,
          type: z.enum(['string', 'integer']),
          value: shown,
          long: z.boolean().optional(),
        }),
      )
      .optional(),
    display_order: z.array(z.string()).optional(),
    actions: z
      .strictObject({
        primary_actions: z.array(action).min(1).max(2).optional(),
        overflow_actions: z.array(action).min(1).max(5).optional(),
      })
      .optional(),
  })
  .refine(({ custom_fields: fields = [], display_order: order = [] }) => {
    const keys = fields.map(({ key }) => key);
    return new Set(keys).size === keys.length && order.every((key) => keys.includes(key));
  }, 'a key is not unique, or the order names none');

const entity = z.strictObject({
  entity_type: z.string(),
  external_ref: z.strictObject({ id: z.string().min(1), type: z.string().min(1).optional() }),
  url: z.url(),
  app_unfurl_url: z.url().optional(),
  entity_payload: payload,
});

/** Our own: Slack names no size, and answers `error_processing_metadata` above one. */
const mostBytes = 8_000;

/**
 * Why Slack would refuse the work objects, by its name for it; undefined when it takes them.
 * @see https://docs.slack.dev/messaging/work-objects-implementation
 * @param types That the manifest's `rich_previews` names; others are refused.
 */
export function workObjectProblem(metadata: unknown, types: ReadonlySet<string>): string | undefined {
  const { data, success } = z.strictObject({ entities: z.array(entity).min(1) }).safeParse(metadata);
  if (!success) return 'invalid_metadata';
  if (data.entities.some(({ entity_type: type }) => !types.has(type))) return 'feature_not_enabled';
  return Buffer.byteLength(JSON.stringify(metadata)) > mostBytes ? 'error_processing_metadata' : undefined;
}
