import type { BuildSettings } from '../../../entities/application-config.ts';

/** Set by name only: the planner needs to know that it exists, the build gets its value. */
const placeholder = 'set';

/** What a planner is told about variables. */
export interface ToldVariables {
  args: string[];
  /** For the environment of the planner. */
  env: Record<string, string>;
}

/**
 * No value is in an argument, which others on the host can read. The environment has only those that configure the
 * planner, which begin with `prefix`: any other, like `LD_PRELOAD`, could make it run what a stranger's repository holds.
 */
export function tellVariables(variables: Record<string, string>, prefix: string): ToldVariables {
  const own = Object.entries(variables).filter(([name]) => name.startsWith(prefix));
  const args = Object.keys(variables).flatMap((name) => [
    '--env',
    name.startsWith(prefix) ? name : `${name}=${placeholder}`,
  ]);
  return { args, env: Object.fromEntries(own) };
}

/** The commands that a person set; both planners name the options alike. */
export function commandOptions({ build_command: build, start_command: start }: BuildSettings): string[] {
  return [
    ...(build === undefined ? [] : [`--build-cmd=${build}`]),
    ...(start === undefined ? [] : [`--start-cmd=${start}`]),
  ];
}
