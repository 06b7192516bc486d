/** The worker itself, with its console, environment variables and `process.exit` as they were after each suite. */
export default class NativeEnvironment {
  readonly global = globalThis;
  private readonly console = globalThis.console;
  private readonly env = { ...process.env };
  private readonly exit = process.exit.bind(process);

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    globalThis.console = this.console;
    process.exit = this.exit;
    for (const name of Object.keys(process.env)) if (!(name in this.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, this.env);
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  getVmContext(): null {
    return null;
  }
}
