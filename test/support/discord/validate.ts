interface Embed {
  title?: string;
  description?: string;
  fields?: { name: string; value: string }[];
  footer?: { text: string };
  url?: string;
}

interface Component {
  type: number;
  style?: number;
  label?: string;
  custom_id?: string;
  components?: Component[];
  max_length?: number;
  min_length?: number;
  placeholder?: string;
  value?: string;
  options?: { label: string; value: string; default?: boolean }[];
}

/** A label and what it is about. */
export interface ModalPart {
  type: number;
  label?: string;
  description?: string;
  component?: Component;
}

interface Message {
  content?: string;
  embeds?: Embed[];
  components?: Component[];
  allowed_mentions?: { parse?: string[]; users?: string[] };
}

/**
 * What Discord would refuse a message for, and what would ping somebody.
 * @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
export function validateDiscordMessage({
  allowed_mentions,
  components = [],
  content = '',
  embeds = [],
}: Message): string[] {
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
  if (allowed_mentions?.parse?.length !== 0) problems.push('mentions are parsed');
  const mentioned = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id);
  if (mentioned.join() !== (allowed_mentions?.users ?? []).join()) problems.push('others are mentioned than allowed');
  return [...problems, ...rowProblems(components)];
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

function inputProblems({ custom_id: name, label, options = [], ...input }: Component): string[] {
  const { max_length: most = 4_000, min_length: least = 0, placeholder = '', style, type, value = '' } = input;
  const problems: string[] = [];
  const isText = type === 4 && (style === 1 || style === 2);
  if (!isText && type !== 3) problems.push(`${name}: kind`);
  // “label … Deprecated in favor of label and description on the Label component”.
  if (label !== undefined) problems.push(`${name}: a label of its own`);
  if (most < 1 || most > 4_000 || least < 0 || least > most) problems.push(`${name}: lengths`);
  if (value.length > most) problems.push(`${name}: value`);
  if (placeholder.length > 100) problems.push(`${name}: placeholder`);
  if (type === 3 && (options.length < 1 || options.length > 25)) problems.push(`${name}: options`);
  const long = options.some((one) => [one.label, one.value].some(({ length }) => length < 1 || length > 100));
  if (long || new Set(options.map((one) => one.value)).size !== options.length) problems.push(`${name}: an option`);
  if (options.filter((one) => one.default).length > 1) problems.push(`${name}: defaults`);
  return problems;
}

function sizeOf({ description = '', fields = [], footer, title = '' }: Embed): number {
  const inFields = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return title.length + description.length + (footer?.text.length ?? 0) + inFields;
}

function fences(text: string): number {
  return text.split('```').length - 1;
}
