import { z } from 'zod';
import { scopeOfEvent } from './needed-scopes.ts';

const prompt = z.strictObject({ title: z.string().min(1), message: z.string().min(1) });
const prompts = z.array(prompt).max(4).optional();

/**
 * A manifest as Slack takes it: a property that it does not know, in the wrong place too, an empty list of commands, bot
 * scopes without a bot user, and an event whose scope is missing are each refused.
 * @see https://docs.slack.dev/reference/app-manifest
 */
export const appManifestSchema = z
  .strictObject({
    _metadata: z.strictObject({ major_version: z.int(), minor_version: z.int() }).partial().optional(),
    display_information: z.strictObject({
      name: z.string().min(1).max(35),
      description: z.string().max(140).optional(),
      long_description: z.string().min(174).max(4_000).optional(),
      background_color: z
        .string()
        .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i)
        .optional(),
    }),
    features: z
      .strictObject({
        app_home: z
          .strictObject({
            home_tab_enabled: z.boolean(),
            messages_tab_enabled: z.boolean(),
            messages_tab_read_only_enabled: z.boolean(),
          })
          .partial()
          .optional(),
        agent_view: z
          .strictObject({ agent_description: z.string().min(1).max(300), suggested_prompts: prompts })
          .optional(),
        assistant_view: z
          .strictObject({ assistant_description: z.string().min(1), suggested_prompts: prompts })
          .optional(),
        bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean().optional() }),
        slash_commands: z
          .array(
            z.strictObject({
              command: z.string().startsWith('/').max(32),
              description: z.string().min(1).max(2_000),
              usage_hint: z.string().max(1_000).optional(),
              should_escape: z.boolean().optional(),
              url: z.url({ protocol: /^https$/ }).optional(),
            }),
          )
          .min(1)
          .max(50)
          .optional(),
        unfurl_domains: z
          .array(z.string().regex(/^[a-z0-9.-]+$/))
          .min(1)
          .max(5)
          .optional(),
        rich_previews: z
          .strictObject({
            is_active: z.boolean(),
            entity_types: z.array(z.enum(['task', 'file', 'item', 'incident', 'content_item'].map(entityType))).min(1),
          })
          .optional(),
      })
      .refine((all) => !(all.agent_view && all.assistant_view), 'agent_view and assistant_view exclude each other'),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).min(1).max(255) }) }),
    settings: z.strictObject({
      event_subscriptions: z.strictObject({
        request_url: z.url({ protocol: /^https$/ }).optional(),
        bot_events: z.array(z.string()).min(1).max(100),
      }),
      interactivity: z.strictObject({
        is_enabled: z.boolean(),
        request_url: z.url({ protocol: /^https$/ }).optional(),
        message_menu_options_url: z.url({ protocol: /^https$/ }).optional(),
      }),
      org_deploy_enabled: z.boolean().optional(),
      socket_mode_enabled: z.boolean().optional(),
      token_rotation_enabled: z.boolean().optional(),
    }),
  })
  .refine(
    ({ oauth_config: { scopes }, settings: { event_subscriptions: subscribed } }) =>
      subscribed.bot_events.every((event) => {
        const scope = scopeOfEvent[event];
        return scope === undefined || scopes.bot.includes(scope);
      }),
    'an event lacks its scope',
  )
  .refine(
    ({ settings: { event_subscriptions: to, socket_mode_enabled: socket = false } }) =>
      socket || to.request_url !== undefined,
    'events need a request_url, or Socket Mode',
  );

function entityType(name: string): string {
  return `slack#/entities/${name}`;
}
