import { z } from 'zod';
import { newerBlocks } from './newer-limits.ts';

/** What Slack's reference says of each thing, as schemas that refuse what Slack refuses. */
const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.boolean().optional() });

const anyText = (most: number) =>
  z.discriminatedUnion('type', [
    plainText(most),
    z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(most), verbatim: z.boolean().optional() }),
  ]);

const style = z
  .strictObject({ bold: z.boolean(), italic: z.boolean(), strike: z.boolean(), code: z.boolean() })
  .partial();

const richElement = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(3_000), style: style.optional() }),
  z.strictObject({
    type: z.literal('link'),
    url: z.url().max(3_000),
    text: z.string().min(1).optional(),
    style: style.optional(),
  }),
  z.strictObject({ type: z.literal('user'), user_id: z.string().regex(/^[UW][A-Z0-9]+$/) }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.int(),
    format: z.string().regex(/\{\w+\}/),
    fallback: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('emoji'), name: z.string().regex(/^[a-z0-9_+-]+$/) }),
]);

const richSection = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richElement).min(1) });

const richPart = z.discriminatedUnion('type', [
  richSection,
  // “elements: text, link”: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block, no times and no people.
  z.strictObject({
    type: z.literal('rich_text_preformatted'),
    elements: z
      .array(
        z
          .strictObject({ type: z.enum(['text', 'link']) })
          .loose()
          .and(richElement),
      )
      .min(1),
  }),
  z.strictObject({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    elements: z.array(richSection).min(1),
  }),
]);

const buttonStyle = z.enum(['primary', 'danger']).optional();

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().max(255),
  text: plainText(75),
  value: z.string().max(2_000).optional(),
  url: z.url().max(3_000).optional(),
  style: buttonStyle,
  confirm: z
    .strictObject({
      title: plainText(100),
      text: plainText(300),
      confirm: plainText(30),
      deny: plainText(30),
      style: buttonStyle,
    })
    .optional(),
});

const option = z.strictObject({ text: plainText(75), value: z.string().max(150) });

/** What an app answers while people type into an external select. */
export const suggestions = z.strictObject({ options: z.array(option).max(100) });

const input = z.strictObject({
  type: z.literal('input'),
  block_id: z.string().max(255).optional(),
  label: plainText(2_000),
  hint: plainText(2_000).optional(),
  optional: z.boolean().optional(),
  element: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('plain_text_input'),
      action_id: z.string().max(255),
      multiline: z.boolean().optional(),
      initial_value: z.string().max(3_000).optional(),
    }),
    z.strictObject({
      type: z.literal('static_select'),
      action_id: z.string().max(255),
      options: z.array(option).min(1).max(100),
      initial_option: option.optional(),
    }),
    // https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    z.strictObject({
      type: z.literal('external_select'),
      action_id: z.string().max(255),
      placeholder: plainText(150).optional(),
      min_query_length: z.int().min(0).optional(),
      initial_option: option.optional(),
    }),
  ]),
});

const blockId = { block_id: z.string().max(255).optional() };

const blocksOfMessages = [
  z.strictObject({ ...blockId, type: z.literal('header'), text: plainText(150) }),
  z.strictObject({ ...blockId, type: z.literal('divider') }),
  z.strictObject({
    ...blockId,
    type: z.literal('section'),
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
  }),
  z.strictObject({ ...blockId, type: z.literal('context'), elements: z.array(anyText(2_000)).min(1).max(10) }),
  z.strictObject({ ...blockId, type: z.literal('rich_text'), elements: z.array(richPart).min(1) }),
  z.strictObject({
    ...blockId,
    type: z.literal('actions'),
    elements: z
      .array(button)
      .min(1)
      .max(25)
      .refine((all) => new Set(all.map(({ action_id: id }) => id)).size === all.length, 'action_id is not unique'),
  }),
] as const;

const richTextBlock = blocksOfMessages[4];

export const messageBlocks = z
  .array(z.discriminatedUnion('type', [...blocksOfMessages, ...newerBlocks(richTextBlock, blockId)]))
  .max(50);

const viewBlocks = z.array(z.discriminatedUnion('type', [...blocksOfMessages, input])).max(100);

export const modalView = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255),
  private_metadata: z.string().max(3_000).optional(),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  blocks: viewBlocks,
});

export const homeView = z.strictObject({ type: z.literal('home'), blocks: viewBlocks });
