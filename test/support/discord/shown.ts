import { type Component, withNested } from './validate-components.ts';

interface Shown {
  embeds?: { description?: string; title?: string }[];
  components?: readonly object[];
}

/** What a message says, as it is read: its texts, or its embed's description. */
export function wordsOf({ embeds = [], ...message }: Shown): string {
  const texts = allOf(message).flatMap(({ content }) => content ?? []);
  return [...embeds.map(({ description }) => description ?? ''), ...texts].join('\n');
}

/** The buttons of a message, wherever they are. */
export function buttonsOf(message: Shown): Component[] {
  return allOf(message).filter(({ type }) => type === 2);
}

/** Kinds of the components in the order in which they are read. */
export function kindsOf(message: Shown): number[] {
  return allOf(message).map(({ type }) => type);
}

/** All components, nested ones after those that hold them. */
export function allOf({ components = [] }: Shown): Component[] {
  return (components as Component[]).flatMap(withNested);
}
