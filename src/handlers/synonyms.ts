/** What people type who know other tools, and the command here. */
const commandsMeant: Record<string, string> = {
  abort: 'cancel',
  add: 'app create',
  backup: 'db backup',
  build: 'deploy',
  config: 'env list',
  create: 'app create',
  delete: 'app delete',
  destroy: 'app delete',
  down: 'stop',
  exec: 'run',
  info: 'app show',
  invite: 'team invite',
  kill: 'stop',
  list: 'app list',
  log: 'logs',
  ls: 'app list',
  new: 'app create',
  ps: 'status',
  push: 'deploy',
  releases: 'history',
  remove: 'app delete',
  restore: 'db restore',
  revert: 'rollback',
  rm: 'app delete',
  secrets: 'env list',
  set: 'app set',
  shell: 'run',
  ssh: 'run',
  stats: 'metrics',
  tail: 'logs',
  top: 'metrics',
  undo: 'rollback',
  up: 'deploy',
  usage: 'metrics',
  variables: 'env list',
  version: 'whoami',
};

/** Verbs that mean about the same, the nearest first. */
const verbsMeant: readonly (readonly string[])[] = [
  ['delete', 'remove', 'rm', 'del', 'destroy', 'drop', 'unset', 'revoke', 'archive', 'close'],
  ['list', 'ls', 'all', 'show'],
  ['show', 'get', 'info', 'inspect', 'describe', 'view', 'status', 'list'],
  ['create', 'add', 'new', 'make', 'invite', 'open', 'set'],
  ['set', 'update', 'edit', 'change', 'config', 'configure', 'role'],
];

/** The command for a word of another tool; of a noun in the plural, its list. */
export function commandMeantBy(word: string, names: readonly string[]): string | undefined {
  const meant = Object.hasOwn(commandsMeant, word) ? commandsMeant[word] : undefined;
  const listed = word.endsWith('s') ? `${wordMeantBy(word.slice(0, -1))} list` : undefined;
  return [meant, listed].find((name) => name !== undefined && names.includes(name));
}

/** The verb among these that means the same, e.g. `unset` of variables for `rm`. */
export function verbMeantBy(word: string, verbs: readonly string[]): string | undefined {
  const same = verbsMeant.find((group) => group.includes(word));
  return same?.find((verb) => verbs.includes(verb));
}

/** What questions call things, and the word of a command for each. */
const wordsMeant: Record<string, string> = {
  application: 'app',
  broke: 'why',
  broken: 'why',
  certificate: 'cert',
  changed: 'diff',
  crashed: 'why',
  cpu: 'metrics',
  database: 'db',
  doing: 'status',
  failed: 'why',
  going: 'status',
  memory: 'metrics',
  notification: 'notify',
  running: 'status',
  variable: 'env',
  who: 'whoami',
};

/** The word of a command for what a question calls a thing; itself where there is none. Of plurals that of the thing. */
export function wordMeantBy(word: string): string {
  const single = word.endsWith('s') ? word.slice(0, -1) : word;
  const known = [word, single].find((one) => Object.hasOwn(wordsMeant, one));
  return (known === undefined ? undefined : wordsMeant[known]) ?? word;
}
