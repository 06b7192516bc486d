import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';

export function run({ host, password }: DatabaseLogin, ...command: string[]): ToolRun {
  return {
    command: ['redis-cli', '-h', host, '--no-auth-warning', ...command],
    env: { REDISCLI_AUTH: password },
    files: {},
  };
}
