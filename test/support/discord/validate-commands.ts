interface Option {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  autocomplete?: boolean;
  choices?: { name: string; value: string }[];
  options?: Option[];
}

export type CommandDefinition = Omit<Option, 'required' | 'autocomplete' | 'choices'>;

const name = /^[-_'\p{L}\p{N}]{1,32}$/u;

/**
 * What Discord would refuse definitions of commands for.
 * @see https://discord.com/developers/docs/interactions/application-commands#application-command-object
 */
export function commandProblems(definitions: CommandDefinition[]): string[] {
  const problems: string[] = [];
  if (definitions.length > 100) problems.push('over 100 commands');
  const names = definitions.map((one) => one.name);
  if (new Set(names).size !== names.length) problems.push('names are not unique');
  for (const one of definitions) {
    if (lengthOf(one) > 8_000) problems.push(`${one.name} has ${lengthOf(one)} characters`);
    problems.push(...optionProblems(one, one.name));
  }
  return problems;
}

function optionProblems(one: Option, path: string): string[] {
  const { choices = [], description, options = [] } = one;
  const problems: string[] = [];
  if (!name.test(one.name) || one.name !== one.name.toLowerCase()) problems.push(`${path}: name`);
  if (description.length < 1 || description.length > 100) problems.push(`${path}: description`);
  if (options.length > 25) problems.push(`${path}: ${options.length} options`);
  if (choices.length > 25 || (choices.length > 0 && one.autocomplete)) problems.push(`${path}: choices`);
  const names = options.map((option) => option.name);
  if (new Set(names).size !== names.length) problems.push(`${path}: option names`);
  const firstOptional = options.findIndex(({ required }) => required !== true);
  if (firstOptional !== -1 && options.slice(firstOptional).some(({ required }) => required === true)) {
    problems.push(`${path}: required options come first`);
  }
  return [...problems, ...options.flatMap((option) => optionProblems(option, `${path} ${option.name}`))];
}

function lengthOf({ choices = [], description, name: own, options = [] }: Option): number {
  const inChoices = choices.reduce((sum, choice) => sum + choice.name.length + String(choice.value).length, 0);
  return own.length + description.length + inChoices + options.reduce((sum, option) => sum + lengthOf(option), 0);
}
