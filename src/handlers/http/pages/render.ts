import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Response } from 'express';
import { harmless } from '../../../harmless-text.ts';
import type { User } from '../../../entities/user.ts';

const eta = new Eta({ views: fileURLToPath(new URL('views', import.meta.url)), cache: true });
const { escapeFunction: escapeMarkup } = eta.config;
// Names, titles and log lines come from anywhere: what they hold for terminals, or to turn the text around, goes.
eta.configure({ escapeFunction: (value) => escapeMarkup(harmless(String(value))) });

/** All content comes from this origin; inline scripts and styles are forbidden. @param formTo Another origin forms go to. */
function contentSecurityPolicy(formTo: string | undefined): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    ["form-action 'self'", ...(formTo === undefined ? [] : [formTo])].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export interface Asset {
  type: string;
  content: Buffer;
  /** Path with a content hash, so that browsers may cache it. */
  url: string;
}

/** Style and script of the pages by file name. */
type AssetName =
  'page.css' | 'page.js' | 'answered.js' | 'log.js' | 'output.js' | 'live-source.js' | 'durations.js' | 'icon.svg';

export const assets: Record<AssetName, Asset> = {
  'page.css': asset(
    'page.css',
    'text/css',
    ['base', 'parts', 'deployment', 'overview', 'application', 'media'].map(styleFile),
  ),
  'page.js': asset('page.js', 'text/javascript'),
  'answered.js': asset('answered.js', 'text/javascript'),
  'log.js': asset('log.js', 'text/javascript'),
  'output.js': asset('output.js', 'text/javascript'),
  'live-source.js': asset('live-source.js', 'text/javascript'),
  'durations.js': asset('durations.js', 'text/javascript'),
  'icon.svg': asset('icon.svg', 'image/svg+xml'),
};

function styleFile(name: string): string {
  return `style/${name}.css`;
}

/** `files` are sent as one, in this order. */
function asset(name: string, type: string, files = [name]): Asset {
  const content = Buffer.concat(files.map((file) => readFileSync(new URL(`assets/${file}`, import.meta.url))));
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { type, content, url: `/assets/${name}?v=${version}` };
}

export interface Page {
  title: string;
  /** Who is signed in. */
  user?: User | undefined;
  /** Where to come back to after signing in. */
  here?: string;
  /** Another origin that its form goes to. */
  formTo?: string;
}

/** Sends one of `views/` as a page. Eta escapes whatever the views put in with `<%=`. */
export function sendPage<T extends Page>(response: Response, view: string, page: T, status = 200): void {
  response
    .status(status)
    .set({
      'Content-Security-Policy': contentSecurityPolicy(page.formTo),
      // `no-referrer` would strip the origin from our own forms, which distinguishes them from other sites' forms.
      'Referrer-Policy': 'same-origin',
      Vary: 'Cookie',
    })
    .type('html')
    .send(render(view, page));
}

export function render(view: string, data: object): string {
  return eta.render(`./${view}`, { here: '/', user: undefined, ...data, assets, base64, codeSpans, utc });
}

/** Splits a reply's text at its backticks, so that a view can show the parts between them as code. */
export function codeSpans(text: string): { code: boolean; text: string }[] {
  return text
    .split(/(`[^`\n]+`)/)
    .filter((part) => part !== '')
    .map((part) => (/^`.+`$/.test(part) ? { code: true, text: part.slice(1, -1) } : { code: false, text: part }));
}

/** `2026-11-24 12:41:05 UTC` */
function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
