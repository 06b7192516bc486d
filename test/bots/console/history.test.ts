import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fileHistory } from '../../../src/bots/console/history.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { isConfidential, readRequest } from '../../../src/handlers/command-request.ts';

let folder: string;

function history(dataDir: string) {
  return fileHistory(dataDir, (line) => isConfidential(readRequest(commands, { line })));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shipmate-history-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the history of lines', () => {
  it('comes back newest first, for its owner alone', () => {
    history(folder).write(['status', 'deploy shop/api']);
    expect(history(folder).read()).toEqual(['status', 'deploy shop/api']);
    expect(statSync(join(folder, 'console_history')).mode & 0o777).toBe(0o600);
  });

  it.each([
    'link ABCD-EFGH-JKMN-PQRS',
    'env set shop/api KEY=value',
    '  ENV   Set shop/api KEY=value',
    '/ship env import shop/api A=1',
    'shipmate "env" set shop/api KEY=value',
    '`env set shop/api KEY=value`',
    'token revoke abc',
    // What cannot be read may have a value of a template in it.
    'app create "it\'s --set PASSWORD=hunter2',
    'app create shop/api https://ada:hunter2@git.example/shop/api.git',
    `deploy shop/api ghp_${'a1'.repeat(18)}`,
  ])('does not hold %s', (line) => {
    history(folder).write([line, 'status']);
    expect(readFileSync(join(folder, 'console_history'), 'utf8')).toBe('status\n');
  });

  it.each(['env list shop/api', 'links', 'logs shop/link', 'scale "it\'s', 'env settle'])('holds %s', (line) => {
    history(folder).write([line]);
    expect(history(folder).read()).toEqual([line]);
  });

  it('is empty, and no obstacle, where nothing can be stored', () => {
    const nowhere = history(join(folder, 'missing'));
    nowhere.write(['status']);
    expect(nowhere.read()).toEqual([]);
  });
});
