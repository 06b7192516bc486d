/** A question that somebody may press instead of typing it, with the line that it sends. */
export interface Prompt {
  title: string;
  line: string;
}

/** What a chat platform offers to people of whom nothing is known yet. */
export const firstPrompts: readonly Prompt[] = [
  { title: 'What can you do?', line: 'help' },
  { title: 'How are my applications?', line: 'status' },
];

/** What a chat platform shows while somebody types a line. */
export const usageHint = 'deploy shop/api · status · help';
