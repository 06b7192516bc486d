import { expect } from '@jest/globals';
import {
  type ComposeService,
  ComposeError,
  type ComposeStack,
  parseCompose,
  WantedFile,
} from '../../src/compose/parse.ts';

/** As of a file `compose.yaml`. */
export function parse(text: string, options: { variables?: Record<string, string>; profiles?: string[] } = {}) {
  return parseCompose({ file: 'compose.yaml', text, variables: {}, profiles: [], ...options });
}

/** As of the first of these files, over which the others come. */
export function parseFiles(
  files: Readonly<Record<string, string>>,
  [file, ...overrides]: readonly [string, ...string[]],
  options: { variables?: Record<string, string>; profiles?: string[] } = {},
): ComposeStack {
  const texts: Record<string, string> = {};
  for (;;) {
    try {
      const text = files[file] ?? '';
      return parseCompose({ file, text, overrides, texts, variables: {}, profiles: [], ...options });
    } catch (error) {
      const text = error instanceof WantedFile ? files[error.path] : undefined;
      if (!(error instanceof WantedFile) || text === undefined) throw error;
      texts[error.path] = text;
    }
  }
}

/** A file with one service of these lines, and what it declares beside. */
export function one(lines: string, more = ''): ComposeService {
  const indented = lines.replaceAll(/^/gm, '    ');
  const [service] = parse(`services:\n  web:\n    image: i\n${indented}\n${more}`).services;
  if (!service) throw new Error('no service');
  return service;
}

/** Why a file is refused, line by line, without its head. */
export function refused(text: string, options = {}): string[] {
  try {
    parse(text, options);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe('`compose.yaml` cannot be deployed.');
    return lines;
  }
  throw new Error('it was accepted');
}
