import { candidatesFor, type Context, mayRun } from './completions.ts';
import type { Command } from './command.ts';
import { matchCommand, stripInvocation } from './parse-line.ts';
import { tokenise } from './tokenise.ts';
import { quoteWord } from './write-line.ts';

/**
 * Whole lines that begin as typed, which the person may run: commands, then what they are about, then options. A word that
 * is whole is followed by what comes after it. Values match in the middle too, after those that begin as typed; where none
 * does, the line is offered as it is.
 */
export async function completeLines(
  commands: readonly Command[],
  raw: string,
  context: Context,
  most: number,
): Promise<string[]> {
  const typed = `${stripInvocation(raw)}${/\S\s+$/.test(raw) ? ' ' : ''}`;
  const found = await linesFrom(commands, typed, context);
  const whole = found.length === 1 ? found[0] : found.find((line) => line === typed);
  const next = whole === undefined ? [] : await linesFrom(commands, `${whole} `, context);
  const itself = found.length === 0 && !isOpen(typed) ? [typed.trim()] : [];
  const lines = [...itself, ...found, ...next];
  const runnable = new Set(lines.filter((line) => commandOf(commands, line)));
  // `env` alone is no command: its family stands for it.
  for (const line of lines) {
    if (runnable.size >= most * 2) break;
    if (line !== '' && !commandOf(commands, line))
      for (const one of await linesFrom(commands, `${line} `, context)) runnable.add(one);
  }
  const allowed = [...runnable].filter((line) => {
    const command = commandOf(commands, line);
    return command !== undefined && mayRun(command, context);
  });
  return allowed.slice(0, most);
}

function commandOf(commands: readonly Command[], line: string): Command | undefined {
  return matchCommand(commands, tokenise(line))?.command;
}

/** Whether a quote is still to be closed. */
function isOpen(line: string): boolean {
  return tokenise(line).at(-1)?.unclosed !== undefined;
}

/** What may stand in the place of the last word. */
async function linesFrom(commands: readonly Command[], typed: string, context: Context): Promise<string[]> {
  if (isOpen(typed)) return [];
  const tokens = tokenise(typed);
  const last = typed === '' || /\s$/.test(typed) ? undefined : tokens.at(-1);
  const before = last ? tokens.slice(0, -1) : tokens;
  const fragment = last?.text.toLowerCase() ?? '';
  const given = new Set(before.map(({ text }) => text));
  const all = new Set(await candidatesFor(commands, before, last?.text ?? '', context));
  const candidates = [...all].filter((one) => !given.has(one));
  const beginning = candidates.filter((one) => one.toLowerCase().startsWith(fragment));
  const holding = candidates.filter((one) => !beginning.includes(one) && one.toLowerCase().includes(fragment));
  const flags = last || before.length === 0 ? [] : await candidatesFor(commands, before, '-', context);
  const options = flags.filter((one) => one.startsWith('--') && !given.has(one));
  const start = last ? typed.slice(0, last.start) : typed;
  return [...beginning, ...holding, ...options].map((one) => start + (one.startsWith('-') ? one : quoteWord(one)));
}
