/** What a framework leaves after `build`: pages, or a server. */
export interface Framework {
  /** As people write it. */
  title: string;
  /** The package that tells it. */
  dependency: string;
  /** Folder of pages; undefined when it only makes servers. */
  pages?: { folder: string; kind: 'one' | 'many' };
  /** Adapters or settings with which it makes a server, and how that starts. */
  server?: { dependency?: string; command: readonly string[] };
  /** Start scripts that serve for development. */
  develops?: RegExp;
}

/** The more particular first: SvelteKit and Astro have Vite among their dependencies. */
export const frameworks: readonly Framework[] = [
  {
    title: 'Next.js',
    dependency: 'next',
    server: { command: ['node', 'node_modules/next/dist/bin/next', 'start'] },
    develops: /^next dev\b/,
  },
  {
    title: 'Nuxt',
    dependency: 'nuxt',
    server: { command: ['node', '.output/server/index.mjs'] },
    develops: /^nuxi? dev\b/,
  },
  {
    title: 'Astro',
    dependency: 'astro',
    pages: { folder: 'dist', kind: 'many' },
    server: { dependency: '@astrojs/node', command: ['node', 'dist/server/entry.mjs'] },
    develops: /^astro (?:dev|preview)\b/,
  },
  {
    title: 'SvelteKit',
    dependency: '@sveltejs/kit',
    pages: { folder: 'build', kind: 'many' },
    server: { dependency: '@sveltejs/adapter-node', command: ['node', 'build'] },
    develops: /^vite\b/,
  },
  { title: 'Gatsby', dependency: 'gatsby', pages: { folder: 'public', kind: 'many' }, develops: /^gatsby\b/ },
  {
    title: 'Docusaurus',
    dependency: '@docusaurus/core',
    pages: { folder: 'build', kind: 'many' },
    develops: /^docusaurus\b/,
  },
  {
    title: 'Eleventy',
    dependency: '@11ty/eleventy',
    pages: { folder: '_site', kind: 'many' },
    develops: /^(?:npx )?(?:@11ty\/)?eleventy\b/,
  },
  {
    title: 'Create React App',
    dependency: 'react-scripts',
    pages: { folder: 'build', kind: 'one' },
    develops: /^react-scripts start\b/,
  },
  {
    title: 'Vue CLI',
    dependency: '@vue/cli-service',
    pages: { folder: 'dist', kind: 'one' },
    develops: /^vue-cli-service\b/,
  },
  { title: 'Vite', dependency: 'vite', pages: { folder: 'dist', kind: 'one' }, develops: /^vite\b/ },
  { title: 'Parcel', dependency: 'parcel', pages: { folder: 'dist', kind: 'one' }, develops: /^parcel\b/ },
];
