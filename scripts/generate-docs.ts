// Writes docs/commands.md from the command declarations; a test fails while it is stale.
import { writeFile } from 'node:fs/promises';
import { commandDocs } from '../src/handlers/command-docs.ts';
import { commands } from '../src/handlers/commands/index.ts';

await writeFile(new URL('../docs/commands.md', import.meta.url), commandDocs(commands));
