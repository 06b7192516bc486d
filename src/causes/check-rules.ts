import type { Rule } from './rule.ts';

/** Causes by what a health check printed, or the Engine in its place. */
export const checkRules: Record<string, Rule> = {
  'missing-check-program': {
    when: [/exec: "([\w./-]{1,60})": executable file not found/, /(?:^|: )([\w./-]{1,60}): (?:command )?not found/],
    cause: 'its health check needs `{1}`, which is not in the image',
    mend: 'Check with a program that is: `app set {app} health-cmd=["node","check.js"]`',
  },
  'check-refused': {
    when: /[Cc]onnection refused|ECONNREFUSED|can't connect/,
    cause: 'nothing answers its health check: wrong port, or it starts too slowly',
    mend: 'Compare the ports, or allow more time: `app set {app} health-start-period=30s`',
  },
  'check-status': {
    when: /(?:answered|HTTP\/[\d.]{1,4}|status(?: code)?:?|error:|returned) (?:HTTP\/[\d.]{1,4} )?([345]\d\d)\b/,
    cause: 'its health check is answered with status {1}',
    mend: 'See what it logs: `logs {app} --build`',
  },
  'slow-check': {
    when: /^Health check exceeded timeout \(([\w.]{1,20})\)/,
    cause: 'its health check did not end within {1}, as it hangs or its node is too busy to start it',
    mend: 'See how busy it is (`node list`), or allow more time: `app set {app} health-timeout=1m`',
  },
};
