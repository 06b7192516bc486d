import type { Git } from '../../git/git.ts';

/** Git that is asked the same question about a push only once, however many applications it feeds. */
export function askedOnce(git: Git): Git {
  const answers = new Map<string, Promise<unknown>>();

  async function once<T>(question: unknown[], ask: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(question);
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask();
    answers.set(key, answer);
    return answer;
  }

  return {
    ...git,
    resolve: (remote, ref, signal) => once(['resolve', remote, ref], () => git.resolve(remote, ref, signal)),
    changedPaths: (remote, from, to, signal) =>
      once(['paths', remote, from, to], () => git.changedPaths(remote, from, to, signal)),
    messagesBetween: (remote, from, to, signal) =>
      once(['messages', remote, from, to], () => git.messagesBetween(remote, from, to, signal)),
  };
}
