import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConsoleBot, createConsoleBot } from '../../../src/bots/console/console.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import { type Asked, fakeDispatcher } from '../../support/fake-dispatcher.ts';
import { createTerminal, type FakeTerminal } from '../../support/terminal.ts';
import { until } from '../../support/until.ts';

const enter = '\r';
const tab = '\t';
const up = '\u001b[A';
const ctrlC = '\u0003';
const ctrlD = '\u0004';

let dataDir: string;
let bots: ConsoleBot[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'shipmate-console-'));
  bots = [];
});

afterEach(async () => {
  for (const bot of bots) await bot.stop();
  rmSync(dataDir, { recursive: true });
});

interface Opened {
  bot: ConsoleBot;
  terminal: FakeTerminal;
  asked: Asked[];
}

/** A console whose Shipmate answers every line with what it was told. */
async function open({ columns = 60, rows = 20, matches = [] as string[] } = {}): Promise<Opened> {
  const terminal = createTerminal({ columns, rows });
  const { asked, dispatcher } = fakeDispatcher({
    summary: 'Value of the secret',
    answer: (line) => ({ tone: 'success', text: `did ${line}` }),
    complete: async (line) => {
      const fragment = /\S*$/.exec(line)?.[0] ?? '';
      return { fragment, matches: matches.filter((match) => match.startsWith(fragment)) };
    },
  });
  const bot = createConsoleBot({
    ...terminal,
    dataDir,
    greeting: { tone: 'success', text: 'Hello. Say `help`.' },
    dispatcher: async () => dispatcher,
  });
  bots.push(bot);
  await bot.start();
  return { bot, terminal, asked };
}

function running(id: string, state: string, title = `shop/${id}`): Reply {
  return { tone: 'info', deploymentId: id, title, text: state };
}

describe('typing', () => {
  it('is a conversation', async () => {
    const { terminal } = await open();
    terminal.type(`status${enter}`);
    await terminal.shows(/did status/);
    expect(await terminal.screen()).toEqual(['✔ Hello. Say help.', 'ship ❯ status', '✔ did status', 'ship ❯']);
  });

  it.each([
    ['is one short of the edge', 'x'.repeat(52)],
    ['ends at the edge', 'x'.repeat(53)],
    ['wraps', 'x'.repeat(54)],
    ['wraps twice', 'x'.repeat(140)],
    ['ends at the second edge', 'x'.repeat(113)],
    ['has wide letters across the edge', `x${'日'.repeat(40)}`],
  ])('keeps the conversation in order when a line %s', async (_, line) => {
    const { terminal } = await open();
    terminal.type(`${line}${enter}next${enter}`);
    await terminal.shows(/did next\nship ❯$/);
    const screen = await terminal.screen();
    const said = screen.slice(1, screen.indexOf('ship ❯ next'));
    expect(said.join('')).toBe(`ship ❯ ${line}`);
    expect(screen.slice(-2)).toEqual(['✔ did next', 'ship ❯']);
    expect(screen.filter((row) => row.startsWith('ship ❯'))).toHaveLength(3);
  });

  it('finds earlier lines again in the next session', async () => {
    const first = await open();
    first.terminal.type(`status shop/api${enter}`);
    await first.terminal.shows(/did/);
    await first.bot.stop();
    const second = await open();
    second.terminal.type(`${up}${enter}`);
    await second.terminal.shows(/did status shop\/api/);
  });

  it('completes what is shared, and lists the choices above the line', async () => {
    const { terminal, asked } = await open({ matches: ['shop/api', 'shop/web'] });
    terminal.type(`status s${tab}`);
    await terminal.shows(/status shop\/$/);
    terminal.type(tab);
    expect(await terminal.shows(/shop\/api.*\n.*shop\/$/)).toEqual([
      '✔ Hello. Say help.',
      'shop/api  shop/web',
      'ship ❯ status shop/',
    ]);
    terminal.type('a');
    terminal.type(tab);
    await terminal.shows(/api$/);
    terminal.type(enter);
    await terminal.shows(/did/);
    expect(asked).toEqual([{ line: 'status shop/api ' }]);
  });
});

describe('pasting', () => {
  const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

  it('asks the terminal to mark it, until the console ends', async () => {
    const { bot, terminal } = await open();
    const wanted = () => terminal.bracketedPaste();
    await until('pastes are marked', wanted);
    await bot.stop();
    await until('they are not any more', async () => !(await wanted()));
  });

  it('makes one line of several, shown as a note and never in the history', async () => {
    const { terminal, asked } = await open();
    const text = 'PASSWORD=pa#ss\nNAME="two words"\n# a comment\nrestart=api';
    terminal.type(`env import shop/api ${paste(text.replaceAll('\n', '\r'))}`);
    await terminal.shows(/env import shop\/api \[pasted 4 lines\]$/);
    terminal.type(`${enter}`);
    await terminal.shows(/did env import/);
    expect(asked).toEqual([{ line: `env import shop/api ${text}` }]);
    terminal.type(`status${enter}`);
    await terminal.shows(/did status/);
    expect(readFileSync(join(dataDir, 'console_history'), 'utf8')).toBe('status\n');
  });

  it('of one line is as if it were typed, and waits for Enter', async () => {
    const { terminal, asked } = await open();
    terminal.type(paste('status shop/api\n'));
    await terminal.shows(/status shop\/api$/);
    expect(asked).toEqual([]);
    terminal.type(enter);
    await terminal.shows(/did status shop\/api/);
  });

  it('arrives in pieces', async () => {
    const { terminal, asked } = await open();
    for (const piece of ['env import a \u001b[', '20', '0~A=1\rB=', '2\u001b[2', '01~']) terminal.type(piece);
    terminal.type(enter);
    await terminal.shows(/did env import/);
    expect(asked).toEqual([{ line: 'env import a A=1\nB=2' }]);
  });

  it('of more than a line holds is left out', async () => {
    const { terminal, asked } = await open();
    terminal.type(`env import a ${paste('x'.repeat(300_000))}`);
    await terminal.shows(/\[too long to paste\]$/);
    terminal.type(enter);
    await terminal.shows(/did env import a/);
    expect(asked).toEqual([{ line: 'env import a ' }]);
  });
});

describe('leaving', () => {
  it.each([
    ['exit', `exit${enter}`],
    ['Ctrl-D', ctrlD],
    ['Ctrl-C twice', ctrlC + ctrlC],
  ])('by %s', async (_, keys) => {
    const { bot, terminal } = await open();
    terminal.type(keys);
    await bot.ended;
    expect((await terminal.screen()).join('\n')).toMatch(/● Stopping/);
  });

  it('does not happen when Ctrl-C only clears a line', async () => {
    const { terminal, asked } = await open();
    terminal.type(`rollback shop/api${ctrlC}status${enter}`);
    await terminal.shows(/did/);
    expect(asked).toEqual([{ line: 'status' }]);
    expect(await terminal.screen()).toContain('ship ❯ rollback shop/api^C');
  });

  it('is not what a stop of Shipmate means', async () => {
    const { bot } = await open();
    await bot.stop();
    const state = await Promise.race([bot.ended.then(() => 'ended'), new Promise((resolve) => setImmediate(resolve))]);
    expect(state).toBeUndefined();
  });
});

describe('secrets', () => {
  const secret = 'correct horse';

  it('are never seen, nor kept', async () => {
    const { terminal, asked } = await open();
    terminal.type(`env set shop/api KEY --secret${enter}`);
    await terminal.shows(/Value of the secret:$/);
    terminal.type(`${secret}${enter}`);
    await terminal.shows(/did env set/);
    terminal.type(`status${enter}`);
    const screen = await terminal.shows(/did status/);
    expect(asked[1]).toEqual({ line: 'env set shop/api KEY --secret', secrets: { value: secret } });
    expect(screen.join('\n')).not.toContain(secret);
    terminal.type(`${up}${up}${up}`);
    await terminal.shows(/ship ❯ env set shop\/api KEY --secret$/);
    expect(readFileSync(join(dataDir, 'console_history'), 'utf8')).toBe('status\n');
    expect(statSync(join(dataDir, 'console_history')).mode & 0o777).toBe(0o600);
  });

  it('may be a key of several lines', async () => {
    const { terminal, asked } = await open();
    const pem = ['-----BEGIN TEST-----', 'one', 'two', '-----END TEST-----'];
    terminal.type(`app create --secret${enter}`);
    await terminal.shows(/Value of the secret:$/);
    terminal.type(pem.map((line) => line + enter).join(''));
    await terminal.shows(/did app/);
    expect(asked[1]).toMatchObject({ secrets: { value: pem.join('\n') } });
    expect((await terminal.screen()).join('\n')).not.toContain('BEGIN');
  });

  it('can be refused with Ctrl-C; the next line is a line again', async () => {
    const { terminal, asked } = await open();
    terminal.type(`x --secret${enter}`);
    await terminal.shows(/Value of the secret:$/);
    terminal.type(`half a sec${ctrlC}`);
    await terminal.shows(/given up/);
    terminal.type(`status${enter}`);
    await terminal.shows(/did status/);
    expect(asked).toEqual([{ line: 'x --secret' }, { line: 'status' }]);
  });

  it('stay hidden while a deployment draws', async () => {
    const { bot, terminal } = await open();
    terminal.type(`x --secret${enter}`);
    await terminal.shows(/Value of the secret:$/);
    terminal.type('hor');
    await bot.post('console', running('api', 'building'));
    terminal.type('se');
    expect(await terminal.shows(/building\n.*secret:$/)).toEqual([
      '✔ Hello. Say help.',
      'ship ❯ x --secret',
      '● shop/api',
      '  building',
      '? Value of the secret:',
    ]);
  });
});

describe('live messages', () => {
  it('are drawn in place above the line being typed, and end in the conversation', async () => {
    const { bot, terminal } = await open();
    const api = await bot.post('console', running('api', 'queued'));
    const web = await bot.post('console', running('web', 'cloning'));
    terminal.type('stat');
    await bot.edit(api, running('api', 'building (step 1 of 3)'));
    await bot.edit(web, running('web', 'rolling out (0/2 tasks healthy)'));
    terminal.type('us');
    expect(await terminal.shows(/status/)).toEqual([
      '✔ Hello. Say help.',
      '● shop/api',
      '  building (step 1 of 3)',
      '● shop/web',
      '  rolling out (0/2 tasks healthy)',
      'ship ❯ status',
    ]);
    await bot.edit(api, { tone: 'success', deploymentId: 'api', title: 'shop/api', text: 'done in 41 s' });
    terminal.type(enter);
    expect(await terminal.shows(/did[^❯]*❯$/)).toEqual([
      '✔ Hello. Say help.',
      '✔ shop/api',
      '  done in 41 s',
      'ship ❯ status',
      '✔ did status',
      '● shop/web',
      '  rolling out (0/2 tasks healthy)',
      'ship ❯',
    ]);
  });

  it('never outgrow the terminal', async () => {
    const { bot, terminal } = await open({ rows: 10 });
    for (let at = 1; at <= 9; at += 1) await bot.post('console', running(`app-${at}`, 'queued', 'title '.repeat(30)));
    for (let at = 1; at <= 9; at += 1)
      await bot.edit(
        { channel: 'console', message: `app-${at}` },
        running(`app-${at}`, 'building', 'title '.repeat(30)),
      );
    const screen = await terminal.screen();
    expect(screen.filter((line) => line.startsWith('● title'))).toHaveLength(3);
    expect(screen.at(-2)).toBe('  and 6 more');
    expect(screen).toHaveLength(9);
  });
});
