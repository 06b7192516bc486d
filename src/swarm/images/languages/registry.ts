import { go } from './go.ts';
import { java } from './java.ts';
import type { Language } from './language.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import { procfileOf } from './procfile.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { staticPages } from './static.ts';

/** Servers in other languages often have a `package.json` for their pages, so Node comes late. */
const ordered = [ruby, php, go, java, python, node] as const;

/** In order of precedence: the first that fits a checkout writes its Dockerfile. */
export const languages: readonly Language[] = [procfileOf(ordered), ...ordered, staticPages];
