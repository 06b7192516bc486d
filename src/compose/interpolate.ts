const name = /[A-Za-z_]\w*/y;

/** What fills the place of a variable; undefined when it is not set. */
export type Lookup = (variable: string) => string | undefined;

/**
 * Fills in `$NAME`, `${NAME}` and their forms with `-`, `:-`, `?`, `:?`, `+`, `:+`; `$$` is a dollar sign.
 * `onMissing` is told of variables without a value or default; they become nothing.
 * @throws {Error} with the reason when it cannot be read, or a required variable is not set.
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, lookup: Lookup, onMissing: (variable: string) => void): string {
  let done = '';
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) return done + text.slice(at);
    done += text.slice(at, dollar);
    at = dollar + 1;
    if (text[at] === '$') {
      done += '$';
      at += 1;
    } else if (text[at] === '{') {
      const end = closingBrace(text, at);
      done += braced(text.slice(at + 1, end), lookup, onMissing);
      at = end + 1;
    } else {
      const variable = nameAt(text, at);
      done += variable ? valueOf(variable, lookup, onMissing) : '$';
      at += variable.length;
    }
  }
  return done;
}

function valueOf(variable: string, lookup: Lookup, onMissing: (variable: string) => void): string {
  const value = lookup(variable);
  if (value === undefined) onMissing(variable);
  return value ?? '';
}

/** The inside of the braces. */
function braced(inside: string, lookup: Lookup, onMissing: (variable: string) => void): string {
  const variable = nameAt(inside, 0);
  const [, operator, operand = ''] = /^(:?[-?+])(.*)$/s.exec(inside.slice(variable.length)) ?? [];
  if (!variable || (!operator && inside.length > variable.length)) {
    throw new Error(`\`\${${inside}}\` is not a variable. Write a dollar sign as \`$$\`.`);
  }
  if (!operator) return valueOf(variable, lookup, onMissing);
  const value = lookup(variable);
  const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
  const other = () => interpolate(operand, lookup, onMissing);
  if (operator.endsWith('+')) return isThere ? other() : '';
  if (isThere) return value;
  if (operator.endsWith('-')) return other();
  throw new Error(`the variable ${variable} is required: ${other() || 'it is not set'}. \`env set\` sets it.`);
}

function nameAt(text: string, at: number): string {
  name.lastIndex = at;
  return name.exec(text)?.[0] ?? '';
}

/** Of the brace at `open`; nested `${` count. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{' && text[at - 1] === '$') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`\`${text.slice(open - 1)}\` lacks its closing brace.`);
}
