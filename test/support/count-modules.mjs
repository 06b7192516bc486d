// Preloaded: prints the addresses of the files that a program's modules are loaded from, as JSON, when it ends.
import { registerHooks } from 'node:module';

const loaded = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.startsWith('file:')) loaded.add(resolved.url);
    return resolved;
  },
});
// Not `exit`, which does not wait until a pipe has been read.
process.once('beforeExit', () => process.stdout.write(JSON.stringify([...loaded])));
