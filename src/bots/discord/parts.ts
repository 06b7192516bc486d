import {
  type APIButtonComponent,
  type APIButtonComponentWithURL,
  type APIComponentInContainer,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { hasPublicHost } from '../../public-address.ts';
import { labelOf } from './buttons.ts';

/** Discord's, of a link button. */
const mostUrl = 512;

export function textDisplay(content: string): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content };
}

/** Discord refuses an empty text. */
export function textDisplays(content: string): APITextDisplayComponent[] {
  return content.trim() === '' ? [] : [textDisplay(content)];
}

/** Undefined where Discord refuses the address. */
export function linkButton(label: string, url: string): APIButtonComponentWithURL | undefined {
  if (url.length > mostUrl || !/^https?:/.test(url) || !hasPublicHost(url)) return undefined;
  return { type: ComponentType.Button, style: ButtonStyle.Link, label: labelOf(label), url };
}

/** Leads to what was cut. */
export function moreLine(left: number, page: string | undefined): string {
  return page !== undefined && hasPublicHost(page) ? `… ${left} more: [open the page](${page})` : `… ${left} more`;
}

type Part = APIComponentInContainer | APIButtonComponent;

/** Components as Discord counts them: with nested ones and accessories. */
export function countOf(components: readonly Part[]): number {
  return components.reduce((sum, one) => sum + 1 + countOf(nestedIn(one)), 0);
}

/** Characters of texts, labels and descriptions. */
export function lengthOf(components: readonly Part[]): number {
  return components.reduce((sum, one) => sum + ownLength(one) + lengthOf(nestedIn(one)), 0);
}

function nestedIn(one: Part): Part[] {
  const inside = 'components' in one ? (one.components as Part[]) : [];
  return 'accessory' in one ? [...inside, one.accessory as Part] : inside;
}

function ownLength(one: Part): number {
  if ('content' in one) return one.content.length;
  if ('label' in one) return one.label?.length ?? 0;
  return 'items' in one ? one.items.reduce((sum, { description }) => sum + (description?.length ?? 0), 0) : 0;
}
