import { describe, expect, it } from '@jest/globals';
import { commands } from '../../../src/handlers/commands/index.ts';
import { readLine } from '../../support/read-line.ts';
import { isTool } from '../../../src/handlers/mcp/assistant.ts';
import { toolError, toolResult } from '../../../src/handlers/mcp/tool-result.ts';
import { hintsOf, toolName } from '../../../src/handlers/mcp/tools.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { everyReply } from '../../support/every-reply.ts';

const tools = commands.filter(isTool);

function textOf(reply: Reply): string {
  return toolResult(reply)
    .content.map((one) => (one.type === 'text' ? one.text : ''))
    .join('');
}

describe('the tools', () => {
  it('have names that every client and model takes', () => {
    const names = tools.map(toolName);
    expect(names.filter((name) => !/^[A-Za-z][\w-]{0,63}$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are all but what only people do', () => {
    expect(commands.filter((one) => !isTool(one)).map(({ name }) => name)).toEqual([
      'link',
      'login',
      'approve',
      'deny',
      'open',
      'github app create',
      'cert upload',
      'db key',
      'user create',
      'user password',
      'token create',
      'token revoke',
    ]);
  });

  it('that change say which only add, and which may be called twice', () => {
    const changing = tools.filter(({ reads }) => !reads);
    const named = (is: (hints: ReturnType<typeof hintsOf>) => boolean) =>
      changing.filter((one) => is(hintsOf(one))).map(({ name }) => name);
    expect(named((hints) => !hints.destructiveHint)).toEqual([
      'project create',
      'freeze add',
      'app create',
      'preview open',
      'cron add',
      'domain add',
      'volume create',
      'db backup',
      'db verify',
      'db create',
      'db attach',
      'team create',
      'team invite',
      'notify add',
    ]);
    expect(hintsOf({ name: 'app delete' })).toEqual({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
    });
    expect(hintsOf({ name: 'status', reads: true })).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
    });
  });
});

describe('every answer', () => {
  it('is bounded, and says nothing to a terminal', async () => {
    const replies = await everyReply();
    expect(replies.length).toBeGreaterThan(100);
    for (const { line, reply } of replies) {
      const result = toolResult(reply);
      const text = textOf(reply);
      expect({ line, isLong: text.length > 21_000 }).toEqual({ line, isLong: false });
      expect(JSON.stringify(result.structuredContent ?? {}).length).toBeLessThanOrEqual(10_020);
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('that is for the person alone has no more than its sentences', async () => {
    const secret = (await everyReply()).filter(({ reply }) => reply.private === true);
    const names = new Set(secret.map(({ line }) => readLine(commands, line).command.name));
    expect(names.has('db show')).toBe(true);
    for (const { reply } of secret) {
      const { structuredContent } = toolResult(reply);
      const text = textOf(reply);
      expect(structuredContent).toBeUndefined();
      for (const hidden of [reply.code, reply.link?.url, ...(reply.fields ?? []).map(({ value }) => value)])
        if (hidden !== undefined && !reply.text?.includes(hidden)) expect(text).not.toContain(hidden);
    }
  });

  it('keeps the end of a log and the beginning of a table', () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `line ${at}`);
    const log = textOf({ tone: 'info', code: lines.join('\n') });
    expect(log).toMatch(/^```\n… \(the first \d+ characters are left out\)\nline \d+\n/);
    expect(log.endsWith('line 4999\n```')).toBe(true);
    const table = textOf({ tone: 'info', table: { columns: ['Name'], rows: lines.map((line) => [`${line}|x`]) } });
    expect(table.split('\n').slice(0, 3)).toEqual(['| Name |', '| --- |', String.raw`| line 0\|x |`]);
    expect(table.endsWith('| line 99\\|x |\n… and 4900 more rows.')).toBe(true);
  });

  it('hides what has the shape of a credential, in its data too', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { content, structuredContent } = toolResult({ tone: 'info', text: `with ${token}`, data: [{ token }] });
    expect(JSON.stringify({ content, structuredContent })).not.toContain(token);
    expect(JSON.stringify(toolError(`no ${token}`))).not.toContain(token);
  });
});
