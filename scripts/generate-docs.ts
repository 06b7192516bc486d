// Writes docs/commands.md and docs/configuration.md from the declarations; tests fail while they are stale.
import { writeFile } from 'node:fs/promises';
import { configurationDocs } from '../src/config-docs.ts';
import { commandDocs } from '../src/handlers/command-docs.ts';
import { commands } from '../src/handlers/commands/index.ts';

await writeFile(new URL('../docs/commands.md', import.meta.url), commandDocs(commands));
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationDocs());
