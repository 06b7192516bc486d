import { writeLine, type LineValue } from './write-line.ts';
import type { Command } from './command.ts';
import { flagName, type Option } from './options.ts';
import type { Reply } from '../replies/reply.ts';
import type { CommandRequest } from './command-request.ts';
import { type Token, tokenise } from './tokenise.ts';
import { positionals } from './command-usage.ts';

/** What one chooses of a flag. */
const [no, yes] = ['no', 'yes'];

export interface FormField {
  name: string;
  label: string;
  required: boolean;
  /** The initial value. */
  value?: string;
  choices?: readonly string[];
  /** Has values to pick from, which are looked up while people type. */
  suggests?: true;
  /** Takes several lines. */
  long: boolean;
  /** Is often in a file. */
  file?: true;
}

/** What a platform's modal asks for, at most five fields. */
export interface Form {
  title: string;
  fields: FormField[];
  /** The line built from the fields' values, and the secrets among them. */
  submit(values: Record<string, string>): { line: string; secrets: Record<string, string> };
}

/**
 * The requested command's form, prefilled with its positional words; undefined when it has no form.
 * @param offers The applications to choose from.
 * @param suggests Whether there are repositories to pick from.
 */
export function formOf(
  { command, words }: CommandRequest,
  offers: readonly string[] = [],
  suggests = false,
): Form | undefined {
  if (!command?.form) return undefined;
  const { flags, placed } = sorted(command, words);
  const given = { ...flags, ...Object.fromEntries(positionals(command).map(([key], at) => [key, placed[at]])) };
  const fields = command.form.flatMap((name) => {
    const option = command.options[name];
    return option ? [withOffers(fieldOf(name, option, given[name]), option, { offers, suggests })] : [];
  });
  return {
    title: command.summary,
    fields,
    submit(values) {
      const all = Object.entries<string | undefined>({ ...given, ...values });
      const parts = all.map(([key, value]) => [key, lineValueOf(command.options[key], value)]);
      const secrets = Object.entries(values).filter(([key, value]) => value && command.options[key]?.kind === 'secret');
      return { line: writeLine(command, Object.fromEntries(parts)), secrets: Object.fromEntries(secrets) };
    },
  };
}

/** The form that asks for a line's secrets in private. */
export function secretForm(line: string, asks: NonNullable<Reply['asks']>): Form {
  return {
    title: 'Asked for in private',
    fields: asks.map(({ name, summary }) => ({ name, label: summary, required: true, long: true })),
    submit: (values) => ({ line, secrets: values }),
  };
}

/** Whether the form should open: only the command's name was given although it requires more, or all but its file. */
export function wantsForm({ command, words }: CommandRequest): boolean {
  if (!command?.form) return false;
  if (words.length === 0) return Object.values(command.options).some(({ required }) => required);
  const file = positionals(command).findIndex(([, option]) => option.file && option.required);
  const { others, placed } = sorted(command, words);
  return file > 0 && others === 0 && placed.length === file;
}

/** The words of a line by what they are: flags by name, words by place, and how many are neither. */
function sorted(command: Command, words: readonly Token[]) {
  const flags: Record<string, string> = {};
  const placed: string[] = [];
  let others = 0;
  for (const { text } of words) {
    const [key] =
      Object.entries(command.options).find(([name, { kind }]) => kind === 'flag' && flagName(name) === text) ?? [];
    if (key !== undefined) flags[key] = yes;
    else if (text.startsWith('-')) others += 1;
    else placed.push(text);
  }
  return { flags, others, placed };
}

function fieldOf(name: string, option: Option<unknown>, value: string | undefined): FormField {
  const { choices: named, file, kind, required, rest, summary } = option;
  const choices = kind === 'flag' ? [no, yes] : named;
  const initial = kind === 'flag' ? (value ?? no) : value;
  return {
    name,
    label: summary,
    required,
    ...(file && { file }),
    ...(initial !== undefined && { value: initial }),
    ...(choices && { choices }),
    long: rest || kind === 'secret',
  };
}

function withOffers(
  field: FormField,
  { completes }: Option<unknown>,
  { offers, suggests }: { offers: readonly string[]; suggests: boolean },
): FormField {
  if (picksRepository(completes)) return suggests ? { ...field, suggests } : field;
  return completes === 'application' && offers.length > 0 ? { ...field, choices: offers } : field;
}

/** Whether the form has a field whose values are looked up while people type, where there are any. */
export function maySuggest({ command }: CommandRequest): boolean {
  return command?.form?.some((name) => picksRepository(command.options[name]?.completes)) ?? false;
}

function picksRepository(completes: Option<unknown>['completes']): boolean {
  return completes === 'repository';
}

function lineValueOf(option: Option<unknown> | undefined, value: string | undefined): LineValue | undefined {
  if (!option || value === undefined || value === '') return undefined;
  if (option.kind === 'secret') return true;
  if (option.kind === 'flag') return value === yes || value === 'true' || undefined;
  return option.many ? tokenise(value).map(({ text }) => text) : value;
}
