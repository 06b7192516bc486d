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

export function rowProblems(rows: Component[]): string[] {
  const problems: string[] = [];
  if (rows.length > 5) problems.push('too many rows');
  const ids = rows.flatMap(({ components = [] }) => components.map(({ custom_id: id }) => id ?? ''));
  if (new Set(ids).size !== ids.length) problems.push('custom ids are not unique');
  for (const id of ids) if (id.length < 1 || id.length > 100) problems.push(`a custom id has ${id.length} characters`);
  for (const { components = [], type } of rows) {
    if (type !== 1 || components.length === 0 || components.length > 5) problems.push('a row is wrong');
    for (const { label = '', type: kind } of components) {
      const most = kind === 4 ? 45 : 80;
      if (label.length < 1 || label.length > most) problems.push(`a label has ${label.length} characters`);
    }
  }
  return problems;
}

/** https://docs.discord.com/developers/components/reference#text-input: lengths, and 1 to 5 of them in a modal. */
export function inputProblems(rows: Component[]): string[] {
  const inputs = rows.flatMap(({ components = [] }) => components);
  const problems = inputs.length < 1 || inputs.length > 5 ? [`${inputs.length} inputs`] : [];
  for (const { custom_id: name, max_length: most = 4_000, min_length: least = 0, ...input } of inputs) {
    const { placeholder = '', style, type, value = '' } = input;
    if (type !== 4 || (style !== 1 && style !== 2)) problems.push(`${name}: kind`);
    if (most < 1 || most > 4_000 || least < 0 || least > most) problems.push(`${name}: lengths`);
    if (value.length > most) problems.push(`${name}: value`);
    if (placeholder.length > 100) problems.push(`${name}: placeholder`);
  }
  return problems;
}

function sizeOf({ description = '', fields = [], footer, title = '' }: Embed): number {
  const inFields = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return title.length + description.length + (footer?.text.length ?? 0) + inFields;
}

function fences(text: string): number {
  return text.split('```').length - 1;
}
