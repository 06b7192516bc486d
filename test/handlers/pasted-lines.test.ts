import { describe, expect, it } from '@jest/globals';
import { importLine, readPasted } from '../../src/handlers/pasted-lines.ts';
import { readRequest } from '../../src/handlers/command-request.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import type { Ask } from '../../src/handlers/command-request.ts';

const read = (text: string) => readPasted({ read: (ask: Ask) => readRequest(commands, ask) }, text);

describe('lines that were pasted at once', () => {
  it('are variables, whatever their names, and never commands', () => {
    const text = 'STATUS=1\n\n# the key\nAPI_KEY="a # b"\nstop=now';
    expect(read(text)).toEqual({ variables: ['STATUS', 'API_KEY', 'stop'], text });
    expect(read(importLine('shop/api', text))).toEqual({ lines: [`env import shop/api ${text}`] });
  });

  it.each(['env import shop/api A=1\nB=2', 'lock shop/api because\nit burns', '/ship env import shop/api\nA=1'])(
    'are one line behind a command that takes text: %j',
    (text) => expect(read(text)).toEqual({ lines: [text] }),
  );

  it('are lines where each has a command', () => {
    expect(read('status\n\nhistory shop/api\n')).toEqual({ lines: ['status', 'history shop/api'] });
  });

  it.each(['status\nfrobnicate', 'hello\nworld', 'A=1\nB="2'])('are refused as one otherwise: %j', (text) => {
    expect(read(text)).toEqual({ lines: [text] });
  });
});
