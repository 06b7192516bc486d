/** Something that the machine may lack. */
export interface Step {
  /** What is done, e.g. `create the system user shipmate`. */
  does: string;
  /** Whether the machine has it already; then the step is left out. */
  isDone(): Promise<boolean> | boolean;
  run(): Promise<void> | void;
}

export interface Running {
  /** Only say what would be done. */
  dryRun: boolean;
  say(line: string): void;
  /** Called before the first step that is taken. */
  before?: () => Promise<void>;
}

/** Takes the steps that are needed, one after the other. @returns whether there were any. */
export async function takeSteps(steps: readonly Step[], { dryRun, say, before }: Running): Promise<boolean> {
  let any = false;
  for (const step of steps) {
    if (await step.isDone()) continue;
    if (!any && !dryRun) await before?.();
    any = true;
    say(dryRun ? `would ${step.does}` : step.does);
    if (!dryRun) await step.run();
  }
  return any;
}
