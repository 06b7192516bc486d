import { type Component, componentProblems, selectProblems } from './validate-components.ts';

interface Embed {
  title?: string;
  description?: string;
  fields?: { name: string; value: string }[];
  footer?: { text: string };
  url?: string;
}

interface Input extends Component {
  max_length?: number;
  min_length?: number;
  min_values?: number;
  max_values?: number;
  required?: boolean;
  value?: string;
}

/** A label and what it is about. */
export interface ModalPart {
  type: number;
  label?: string;
  description?: string;
  component?: Input;
}

interface Message {
  flags?: number;
  content?: string;
  embeds?: Embed[];
  components?: readonly object[];
  allowed_mentions?: { parse?: string[]; users?: string[] };
}

/** “IS_COMPONENTS_V2 … Once a message has been sent with this flag, it can't be removed from that message.” */
export const componentsV2 = 1 << 15;
const legacy = ['content', 'embeds', 'poll', 'sticker_ids'] as const;

/**
 * What Discord would refuse a message for, and what would ping somebody.
 * @param files Names of what goes up with it.
 */
export function validateDiscordMessage(message: Message, files: readonly string[] = []): string[] {
  if (((message.flags ?? 0) & componentsV2) === 0) return embedProblems(message);
  const { allowed_mentions: allowed, components = [] } = message;
  const texts = JSON.stringify(components).replaceAll(/```.*?```|`[^`]*`/gs, '');
  return [
    ...legacyFields(message).map((field) => `${field} beside components`),
    ...componentProblems(components as Component[], files),
    ...mentionProblems(texts, allowed),
  ];
}

/** Fields that are refused with components, unless they are empty. */
export function legacyFields(message: object): string[] {
  const given = new Map(Object.entries(message));
  return legacy.filter((field) => {
    const value = given.get(field) as string | unknown[] | null | undefined;
    return value !== undefined && value !== null && value.length !== 0;
  });
}

function mentionProblems(text: string, allowed: Message['allowed_mentions']): string[] {
  const mentioned = [...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id);
  return [
    ...(allowed?.parse?.length === 0 ? [] : ['mentions are parsed']),
    ...(mentioned.join() === (allowed?.users ?? []).join() ? [] : ['others are mentioned than allowed']),
  ];
}

/** @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
function embedProblems({ allowed_mentions, components = [], content = '', embeds = [] }: Message): string[] {
  const problems: string[] = [];
  const within = (what: string, text: string | undefined, most: number) => {
    if (text !== undefined && (text.length === 0 || text.length > most))
      problems.push(`${what} has ${text.length} characters`);
  };
  if (content === '' && embeds.length === 0) problems.push('the message is empty');
  if (content.length > 2_000) problems.push('content is too long');
  if (embeds.length > 10) problems.push('too many embeds');
  for (const embed of embeds) {
    within('title', embed.title, 256);
    within('description', embed.description, 4_096);
    within('footer', embed.footer?.text, 2_048);
    if ((embed.fields?.length ?? 0) > 25) problems.push('too many fields');
    for (const { name, value } of embed.fields ?? []) {
      within('field name', name, 256);
      within('field value', value, 1_024);
    }
    if (embed.title === undefined && embed.description === undefined && !embed.fields)
      problems.push('an embed is empty');
    // Undocumented: code 50035 for an embed's URL whose host has no dot, `localhost` included.
    if (embed.url !== undefined && !new URL(embed.url).hostname.includes('.')) problems.push('the URL of an embed');
    if (fences(embed.description ?? '') % 2 === 1) problems.push('a fence is not closed');
  }
  if (embeds.reduce((sum, embed) => sum + sizeOf(embed), 0) > 6_000) problems.push('embeds have over 6000 characters');
  return [...problems, ...mentionProblems(content, allowed_mentions), ...rowProblems(components as Component[])];
}

function rowProblems(rows: Component[]): string[] {
  const problems: string[] = [];
  if (rows.length > 5) problems.push('too many rows');
  const ids = rows.flatMap(({ components = [] }) => components.map(({ custom_id: id }) => id ?? ''));
  if (new Set(ids).size !== ids.length) problems.push('custom ids are not unique');
  for (const id of ids) if (id.length < 1 || id.length > 100) problems.push(`a custom id has ${id.length} characters`);
  for (const { components = [], type } of rows) {
    if (type !== 1 || components.length === 0 || components.length > 5) problems.push('a row is wrong');
    for (const { label = '', type: kind } of components) {
      if (kind !== 2) problems.push('no button');
      if (label.length < 1 || label.length > 80) problems.push(`a label has ${label.length} characters`);
    }
  }
  return problems;
}

/**
 * https://docs.discord.com/developers/components/reference#label: a modal has one to five labels, each of one text input or
 * menu. “Using Action Rows in modals is deprecated”: none of ours may.
 */
export function modalProblems(labels: ModalPart[]): string[] {
  const problems = labels.length < 1 || labels.length > 5 ? [`${labels.length} inputs`] : [];
  const ids = labels.map(({ component }) => component?.custom_id ?? '');
  if (new Set(ids).size !== ids.length) problems.push('custom ids are not unique');
  for (const { component, description, label = '', type } of labels) {
    const name = component?.custom_id ?? '';
    if (type !== 18 || !component) problems.push('no label');
    if (label.length < 1 || label.length > 45) problems.push(`${name}: label`);
    if (description !== undefined && (description.length < 1 || description.length > 100))
      problems.push(`${name}: description`);
    if (name.length < 1 || name.length > 100) problems.push(`a custom id has ${name.length} characters`);
    problems.push(...inputProblems(component ?? { type: 0 }));
  }
  return problems;
}

function inputProblems({ custom_id: name = '', label, options = [], ...input }: Input): string[] {
  const { max_length: most = 4_000, min_length: least = 0, placeholder = '', style, type, value = '' } = input;
  const problems: string[] = [];
  const isText = type === 4 && (style === 1 || style === 2);
  if (type === 19) return uploadProblems({ ...input, type, custom_id: name });
  if (!isText && type !== 3) problems.push(`${name}: kind`);
  // “label … Deprecated in favor of label and description on the Label component”.
  if (label !== undefined) problems.push(`${name}: a label of its own`);
  if (most < 1 || most > 4_000 || least < 0 || least > most) problems.push(`${name}: lengths`);
  if (value.length > most) problems.push(`${name}: value`);
  if (placeholder.length > 100) problems.push(`${name}: placeholder`);
  if (type === 3) problems.push(...selectProblems({ type, custom_id: name, options }));
  return problems;
}

/** https://docs.discord.com/developers/components/reference#file-upload */
function uploadProblems({ custom_id: name = '', max_values: most = 1, min_values: least = 1, required = true }: Input) {
  const counts = least >= 0 && least <= most && most >= 1 && most <= 10;
  // “min_values must be either omitted or at least 1 if required is omitted or true.”
  return counts && (!required || least >= 1) ? [] : [`${name}: how many files`];
}

function sizeOf({ description = '', fields = [], footer, title = '' }: Embed): number {
  const inFields = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return title.length + description.length + (footer?.text.length ?? 0) + inFields;
}

function fences(text: string): number {
  return text.split('```').length - 1;
}
