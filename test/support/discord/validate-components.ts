/** A component of a message. @see https://docs.discord.com/developers/components/reference */
export interface Component {
  type: number;
  id?: number;
  style?: number;
  label?: string;
  custom_id?: string;
  url?: string;
  content?: string;
  accent_color?: number;
  spacing?: number;
  components?: Component[];
  accessory?: Component;
  items?: { media: { url: string }; description?: string }[];
  file?: { url: string };
  placeholder?: string;
  options?: { label: string; value: string; description?: string; default?: boolean }[];
}

const names: Record<number, string> = {
  1: 'a row',
  2: 'a button',
  3: 'a select',
  9: 'a section',
  10: 'a text',
  11: 'a thumbnail',
  12: 'a gallery',
  13: 'a file',
  14: 'a separator',
  17: 'a container',
};
const inContainer = [1, 9, 10, 12, 13, 14];
const topLevel = [...inContainer, 17];
const selects = [3, 5, 6, 7, 8];

/** “Messages allow up to 40 total components”; nested ones and accessories are counted. */
const mostComponents = 40;
/** Of all components together: https://github.com/discord/discord-api-docs/pull/8562. Labels are counted too, to be sure. */
const mostText = 4_000;

/** What Discord would refuse components of a message with the flag IS_COMPONENTS_V2 for. */
export function componentProblems(components: Component[], files: readonly string[]): string[] {
  const all = components.flatMap(withNested);
  const problems = all.flatMap(problemsOf);
  if (components.length === 0) problems.push('the message is empty');
  for (const one of components) if (!topLevel.includes(one.type)) problems.push(`${nameOf(one)} at the top level`);
  if (all.length > mostComponents) problems.push(`${all.length} components`);
  const text = all.reduce((sum, one) => sum + lengthOf(one), 0);
  if (text > mostText) problems.push(`${text} characters`);
  problems.push(...repeated(all.flatMap(({ custom_id: id }) => id ?? [])).map((id) => `the custom id ${id} twice`));
  problems.push(...repeated(all.flatMap(({ id }) => id || [])).map((id) => `the id ${id} twice`));
  const named = all.flatMap(attachmentsOf);
  for (const name of named) if (!files.includes(name)) problems.push(`no such attachment: ${name}`);
  // “Attachments won't show by default - they must be exposed through components.”
  for (const name of files) if (!named.includes(name)) problems.push(`an attachment that nothing shows: ${name}`);
  return problems;
}

export function withNested(one: Component): Component[] {
  return [one, ...[...(one.components ?? []), ...(one.accessory ? [one.accessory] : [])].flatMap(withNested)];
}

export function attachmentsOf({ file, items = [] }: Component): string[] {
  const urls = [...items.map(({ media }) => media.url), ...(file ? [file.url] : [])];
  return urls.flatMap((url) => (url.startsWith('attachment://') ? url.slice('attachment://'.length) : []));
}

function lengthOf({ content = '', items = [], label = '' }: Component): number {
  return content.length + label.length + items.reduce((sum, { description = '' }) => sum + description.length, 0);
}

function repeated<T>(all: T[]): T[] {
  return all.filter((one, at) => all.indexOf(one) !== at);
}

function nameOf({ type }: Component): string {
  return names[type] ?? `a component of type ${type}`;
}

function problemsOf(one: Component): string[] {
  const { custom_id: id } = one;
  const long =
    id !== undefined && (id.length < 1 || id.length > 100) ? [`a custom id has ${id.length} characters`] : [];
  const known = names[one.type] === undefined && !selects.includes(one.type) ? [nameOf(one)] : [];
  return [...long, ...known, ...(checks[one.type]?.(one) ?? [])];
}

const checks: Record<number, (one: Component) => string[]> = {
  1: rowProblems,
  2: buttonProblems,
  3: selectProblems,
  9({ accessory, components = [] }) {
    const texts = components.length >= 1 && components.length <= 3 && components.every(({ type }) => type === 10);
    const beside = accessory !== undefined && [2, 11].includes(accessory.type);
    return [...(texts ? [] : ['a section has one to three texts']), ...(beside ? [] : ['a section without accessory'])];
  },
  10({ content = '' }) {
    const fences = content.split('```').length - 1;
    return [
      ...(content.trim() === '' ? ['an empty text'] : []),
      ...(fences % 2 === 1 ? ['a fence is not closed'] : []),
    ];
  },
  12({ items = [] }) {
    const count = items.length < 1 || items.length > 10 ? [`a gallery of ${items.length}`] : [];
    const alt = items.some(({ description: text }) => text !== undefined && (text.length < 1 || text.length > 1_024));
    return [...count, ...(alt ? ['the description of a picture'] : [])];
  },
  // “only supports attachment references using the attachment://<filename> syntax”
  13: ({ file }) => (file?.url.startsWith('attachment://') ? [] : ['a file that is no attachment']),
  14: ({ spacing = 1 }) => ([1, 2].includes(spacing) ? [] : ['the spacing of a separator']),
  17({ accent_color: colour = 0, components = [] }) {
    const wrong = components.filter(({ type }) => !inContainer.includes(type));
    return [
      ...(components.length === 0 ? ['an empty container'] : []),
      ...wrong.map((one) => `${nameOf(one)} in a container`),
      ...(Number.isInteger(colour) && colour >= 0 && colour <= 0xffffff ? [] : ['the colour of a container']),
    ];
  },
};

/** Five buttons, or one select alone. */
function rowProblems({ components = [] }: Component): string[] {
  const alone = components.length === 1 && selects.includes(components[0]?.type ?? 0);
  const buttons = components.length >= 1 && components.length <= 5 && components.every(({ type }) => type === 2);
  return alone || buttons ? [] : ['a row is wrong'];
}

/** “Link buttons must have a url, and cannot have a custom_id”, of 512 characters; the others the other way round. */
function buttonProblems({ custom_id: id, label = '', style = 0, url }: Component): string[] {
  const labelled = label.length < 1 || label.length > 80 ? [`a label has ${label.length} characters`] : [];
  if (style === 5) {
    const good = url !== undefined && url.length <= 512 && isAddress(url) && id === undefined;
    return [...labelled, ...(good ? [] : ['a link button'])];
  }
  const good = style >= 1 && style <= 4 && id !== undefined && url === undefined;
  return [...labelled, ...(good ? [] : ['a button without id'])];
}

/** Undocumented, as for embeds: an address whose host has no dot is not well formed. */
function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol } = new URL(url);
  return ['http:', 'https:', 'discord:'].includes(protocol) && hostname.includes('.');
}

export function selectProblems({ custom_id: name = '', options = [], placeholder = '' }: Component): string[] {
  const problems: string[] = [];
  if (placeholder.length > 150) problems.push(`${name}: placeholder`);
  if (options.length < 1 || options.length > 25) problems.push(`${name}: options`);
  const texts = options.flatMap((one) => [one.label, one.value, one.description ?? '–']);
  const long = texts.some(({ length }) => length < 1 || length > 100);
  if (long || repeated(options.map(({ value }) => value)).length > 0) problems.push(`${name}: an option`);
  if (options.filter((one) => one.default).length > 1) problems.push(`${name}: defaults`);
  return problems;
}
